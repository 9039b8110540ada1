"""What it costs to read a thread of 100,000 comments, with 10,000 replies in one thread."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks import served_threads, site
from benchmarks.results import Result

MANY, THREAD, FEW = 100_000, 10_000, 100
WORDS = "What a reader says about an article that was worth the time it took. " * 3
ROUNDS = 25
ARTICLE, ARTICLE_OF_100 = "the article with 100,000", "the article with 100"


def run() -> list[Result]:
    """Measure on PostgreSQL and SQLite, and what 20 threads cost an article that is served."""
    site.setup()
    return [
        *_results("PostgreSQL", {**measure(), "served": served_threads.measure()}),
        *_on_sqlite(),
    ]


def _on_sqlite() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.threads"],
            env={**os.environ, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return _results("SQLite", json.loads(done.stdout.splitlines()[-1]))


def _results(database: str, found: dict[str, Any]) -> list[Result]:
    small, section = found["ms"].pop("100 comments"), found["ms"].pop(ARTICLE_OF_100)
    rows = [
        # What has no request around it is compared to what has none either.
        Result(
            "comments",
            f"{name}, to a page with 100 ({database})",
            ms / (section if name == ARTICLE else small),
            "<= 1.5",
        )
        for name, ms in found["ms"].items()
    ]
    rows.append(Result("comments", f"ms of a page with 100 ({database})", small))
    rows.append(Result("comments", f"queries at most ({database})", found["queries"], "<= 12"))
    rows.append(Result("comments", f"writes among them ({database})", found["writes"], "<= 0"))
    return [*rows, served_threads.get_result(database, found["served"])]


def measure() -> dict[str, Any]:
    """Return milliseconds by view, the most queries, and the writes among them."""
    few, many = make_page("few"), make_page("many")
    fill(few, roots=FEW // 2, replies=1)
    root = fill(many, roots=MANY - THREAD, replies=0)
    fill_thread(root, THREAD)
    _analyze()
    base = "/feedback/comments"
    deep = f"{base}/page/{many.pk}/?order="
    paths = {
        "100 comments": f"{base}/page/{few.pk}/",
        "first page of 100,000": f"{base}/page/{many.pk}/",
        "a page in the middle": f"{deep}newest&after={_middle(many).key}",
        "best first, in the middle": f"{deep}best&after=0.0_{_middle(many).key}",
        "a thread of 10,000": f"{base}/{root.pk}/",
        "the thread, in the middle": f"{base}/{root.pk}/?after={_middle_of(root).path}",
    }
    calls = {name: (lambda path=path: _get(path)) for name, path in paths.items()}
    # The article itself, nothing kept.
    calls[ARTICLE], calls[ARTICLE_OF_100] = lambda: _section(many), lambda: _section(few)
    counted = [_queries(call) for call in calls.values()]
    return {
        "ms": _times(calls),
        "queries": max(len(each) for each in counted),
        "writes": sum(not sql.startswith("SELECT") for each in counted for sql in each),
    }


def make_page(slug: str) -> Any:
    """Return a live article without blocks of that slug."""
    from wagtail.models import Site

    from tests.site.models import ArticlePage

    home = Site.objects.get().root_page
    return home.add_child(instance=ArticlePage(title=slug, slug=slug))


def fill(page: Any, *, roots: int, replies: int) -> Any:
    """Store published threads below ``page``; return the newest first-level comment."""
    from cx_feedback.comments.models import Comment, Thread
    from cx_feedback.comments.services.counters import rebuild_counters

    thread = Thread.objects.create(page=page)
    rows = [_row(thread, n) for n in range(roots)]
    Comment.objects.bulk_create(rows, batch_size=2000)
    for n in range(replies):
        answers = [_row(thread, roots + n * roots + i, root) for i, root in enumerate(rows)]
        Comment.objects.bulk_create(answers, batch_size=2000)
    rebuild_counters(thread_ids=[thread.pk])
    return Comment.objects.get(pk=rows[-1].pk)


def fill_thread(root: Any, replies: int) -> None:
    """Store published replies below ``root``, every other one below the one before it."""
    from cx_feedback.comments.models import Comment
    from cx_feedback.comments.services.counters import rebuild_counters

    half = [_row(root.thread, 2 * n, root) for n in range(replies // 2)]
    Comment.objects.bulk_create(half, batch_size=2000)
    rest = [_row(root.thread, 2 * n + 1, above) for n, above in enumerate(half)]
    Comment.objects.bulk_create(rest, batch_size=2000)
    rebuild_counters(thread_ids=[root.thread_id])


def _row(thread: Any, n: int, parent: Any = None) -> Any:
    from django.utils import timezone

    from cx_feedback.comments.models import Comment, State
    from cx_feedback.comments.models import thread_paths as keys

    at = timezone.now() - timedelta(days=30) + timedelta(seconds=n)
    own = keys.new_key(at)
    return Comment(
        thread=thread,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        key=own,
        path=keys.path_below(parent.path, own) if parent else own,
        depth=parent.depth + 1 if parent else 0,
        author_name=f"Reader {n}",
        text=WORDS,
        html=f"<p>{WORDS}</p>",
        state=State.PUBLISHED,
        created_at=at,
        published_at=at,
        followers_notified=True,
    )


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _middle(page: Any) -> Any:
    from cx_feedback.comments.models import Comment

    roots = Comment.objects.filter(thread__page=page, parent__isnull=True)
    return roots.order_by("key")[MANY // 2]


def _middle_of(root: Any) -> Any:
    from cx_feedback.comments.models import Comment

    return Comment.objects.filter(root=root).order_by("path")[THREAD // 2]


def _get(path: str) -> None:
    from django.test import Client

    response = Client(headers={"host": "127.0.0.1"}).get(path)
    assert response.status_code == 200, path


def _section(page: Any) -> None:
    from django.core.cache import cache

    from cx_feedback.comments.rendering.thread_renderer import render_section

    cache.clear()
    assert page.full_url
    render_section(page)


def _queries(call: Callable[[], None]) -> list[str]:
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from wagtail.models import Site

    call()
    cache.clear()  # what is kept of a thread would be counted as nothing
    Site.get_site_root_paths()  # Wagtail's own, for all pages of the site
    with CaptureQueriesContext(connection) as captured:
        call()
    return [query["sql"] for query in captured]


def _times(calls: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Return median milliseconds; the calls take turns, so that all see the same machine."""
    from django.core.cache import cache

    took: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            cache.clear()
            before = time.perf_counter()
            call()
            took[name].append((time.perf_counter() - before) * 1000)
    return {name: statistics.median(times) for name, times in took.items()}


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)
    print(json.dumps({**measure(), "served": served_threads.measure()}))
