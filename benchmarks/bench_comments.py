"""Reading (``threads``), what is done by the hundred (``acts``), and moving in.

The moderators' queue is measured when few and when many comments wait (``moderation_queue``).
Moving in is an import of 100,000 comments from a WordPress export.
It is measured against a bare bulk_create of as many comments.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks import acts, moderation_queue, site, threads
from benchmarks.results import Result

PAGES = 20
MANY, FEW = 100_000, 10_000
SENTENCE = "what a reader says about an article that was <b>worth</b> the time it took &amp; more"
WORDS = SENTENCE.split()

#: Runs alone, so that its memory is its own; prints comments a second and megabytes at most.
IMPORT = """
import sys, time
import django
django.setup()
from benchmarks.memory import read_peak_memory
from django.core.management import call_command
before = time.perf_counter()
call_command("cx_import_wordpress", sys.argv[1], match_only=True, verbosity=0)
seconds = time.perf_counter() - before
print(seconds, read_peak_memory())
"""


def run() -> list[Result]:
    """Measure reading, posting and moderating, and moving in."""
    return [*threads.run(), *acts.run(), *moderation_queue.run(), *_moving_in()]


def _moving_in() -> list[Result]:
    """Measure the time and the memory of an import of MANY comments, threads within threads."""
    site.setup()
    home = site.make_article().get_parent()
    _make_pages(home)
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few.xml", Path(folder) / "many.xml"
        few.write_text("".join(_export(FEW, first=1)))
        many.write_text("".join(_export(MANY, first=FEW + 1)))
        _seconds, small = _imported(few)
        seconds, large = _imported(many)
    bare = _bare()
    from cx_feedback.comments.models import Comment
    from cx_feedback.comments.services.counters import rebuild_counters

    assert Comment.objects.exclude(source="").count() == MANY + FEW
    assert rebuild_counters() == 0
    return [
        Result("comments", "import of 100,000, to a bare bulk_create", bare / seconds, ">= 0.25"),
        Result("comments", "comments imported a second", MANY / seconds),
        Result("comments", "MB at most, importing 100,000", large),
        Result("comments", "MB more than importing 10,000", large - small, "<= 32"),
    ]


def _make_pages(home: object) -> None:
    from tests.site.models import ArticlePage

    for number in range(PAGES):
        home.add_child(instance=ArticlePage(title=f"Post {number}", slug=f"post-{number}"))  # type: ignore[attr-defined]


def _export(comments: int, *, first: int) -> Iterator[str]:
    """Yield a WordPress export of ``comments``, half of them answers to one of the last 200."""
    from tests.comments.files import ITEM, WXR, comment

    head, foot = WXR.format(version="1.2", items="\0").split("\0")
    chance = random.Random(first)
    yield head
    each = comments // PAGES
    for page in range(PAGES):
        start = first + page * each
        values = {"title": "", "link": "", "content": "", "excerpt": "", "password": ""}
        values |= {"comments": "open", "status": "publish", "type": "post"}
        begin, end = ITEM.format(id=page + 1, slug=f"post-{page}", entries="\0", **values).split(
            "\0"
        )
        yield begin
        for id in range(start, start + each):
            above = chance.randrange(max(start, id - 200), id) if id > start else 0
            parent = above if chance.random() < 0.5 else 0
            yield comment(id, " ".join(chance.choices(WORDS, k=50)), parent=parent)
        yield end
    yield foot


def _imported(path: Path) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(path)],
        env=os.environ,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, megabytes = map(float, done.stdout.splitlines()[-1].split())
    return seconds, megabytes


def _bare() -> float:
    """Return the seconds that MANY rows of the same table take, ready made, without replies."""
    from django.db import transaction
    from django.utils import timezone

    from cx_feedback.comments.models import Comment, Thread
    from cx_feedback.comments.models.thread_paths import new_key

    thread = Thread.objects.first()
    now, text = timezone.now(), " ".join(WORDS * 3)
    keys = {new_key(now) for _ in range(MANY)}
    before = time.perf_counter()
    left = iter(keys)
    while part := list(islice(left, 1000)):
        with transaction.atomic():
            Comment.objects.bulk_create(
                Comment(thread=thread, key=k, path=k, author_name="Ana", text=text, html=text)
                for k in part
            )
    seconds = time.perf_counter() - before
    Comment.objects.filter(source="").delete()
    return seconds
