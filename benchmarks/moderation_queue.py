"""The moderators' queue when FEW and when MANY comments wait: queries and time.

Each waiting comment has words, an author and a page of its own kind, one in ten is nearly the same
as another, and one in five is by an author of several.
"""

import random
import statistics
import time
from typing import Any

from benchmarks import site, threads
from benchmarks.results import Result

FEW, MANY = 200, 200_000
#: Requests that are timed, and rows that are inserted at once.
TIMES, BATCH = 15, 2_000
QUEUE = "/admin/cx-feedback/comments/"


def run() -> list[Result]:
    """Measure the first page of the queue, and what an open queue asks every ten seconds."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    user = get_user_model().objects.create_superuser("queue", "queue@example.org", "x")
    client.force_login(user)
    page = threads.make_page("queue")
    filler = _Filler(page)
    filler.fill(FEW)
    few, news_few = _measure(client, QUEUE), _measure(client, _get_news_url())
    filler.fill(MANY - FEW)
    many, news_many = _measure(client, QUEUE), _measure(client, _get_news_url())
    queries = site.queries(lambda: client.get(QUEUE))
    bounded = _make_section_moderator(page)
    bounded.get(QUEUE)
    bounded_queries = site.queries(lambda: bounded.get(QUEUE))
    bounded_many = _measure(bounded, QUEUE)
    return [
        Result("comments", f"queries of the queue, {MANY} wait", queries, "<= 15"),
        Result("comments", f"queries of a section's queue, {MANY} wait", bounded_queries, "<= 15"),
        Result("comments", f"section's queue to everybody's, {MANY} wait", bounded_many / many),
        Result("comments", f"queue at {MANY} to {FEW} waiting", many / few, "<= 1.5"),
        Result("comments", f"ms, queue at {MANY} waiting", many * 1000),
        Result("comments", f"304 at {MANY} to {FEW} waiting", news_many / news_few, "<= 1.5"),
        Result("comments", f"ms, 304 of an open queue at {MANY} waiting", news_many * 1000),
    ]


def _measure(client: Any, url: str) -> float:
    """Return the median seconds of a request, a 304 if it can be one."""
    first = client.get(url)
    assert first.status_code == 200
    headers = {"HTTP_IF_NONE_MATCH": first["ETag"]} if "ETag" in first else {}
    took = []
    for _ in range(TIMES):
        before = time.perf_counter()
        answer = client.get(url, **headers)
        took.append(time.perf_counter() - before)
        assert answer.status_code == (304 if headers else 200)
    return statistics.median(took)


def _make_section_moderator(page: Any) -> Any:
    """Return a client of an account that moderates ``page`` and nothing else."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group, Permission
    from django.test import Client

    from cx_feedback.comments.models import Section

    group = Group.objects.create(name="queue")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    Section.objects.create(group=group, page=page)
    user = get_user_model().objects.create_user("section", "section@example.org", "x")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


def _get_news_url() -> str:
    from cx_feedback.comments.models import Comment

    seen = Comment.objects.order_by("pk").values_list("pk", flat=True)[:50]
    shown = ",".join(f"{pk}:1:pending" for pk in seen)
    return f"{QUEUE}news/?seen={shown}&at={seen[0]}&since=1"


class _Filler:
    """Writes comments that wait for a moderator."""

    def __init__(self, page: Any) -> None:
        from cx_feedback.comments.models import Thread

        self.thread = Thread.objects.get_or_create(page=page)[0]
        self.chance = random.Random(2026)
        self.words = [f"w{n}" for n in range(20_000)]
        self.texts: list[str] = []

    def fill(self, number: int) -> None:
        """Store ``number`` comments, and bring the statistics of the database up to date."""
        from django.db import connection

        from cx_feedback.comments.models import Comment

        for start in range(0, number, BATCH):
            size = min(BATCH, number - start)
            Comment.objects.bulk_create([self._build() for _ in range(size)])
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def _build(self) -> Any:
        from django.utils import timezone

        from cx_feedback.comments.models import Comment
        from cx_feedback.comments.models.thread_paths import new_key
        from cx_feedback.comments.services.text_shingles import compute_min_shingles

        text = self._write()
        key = new_key(timezone.now())
        shingles = compute_min_shingles(text)
        author = self.chance.randrange(MANY if self.chance.random() < 0.8 else MANY // 10)
        return Comment(
            thread=self.thread, key=key, path=key, author_name=f"Author {author}", text=text,
            html=f"<p>{text}</p>", author_key=f"{author:032d}", language="en",
            shingle_first=shingles.first, shingle_second=shingles.second,
        )  # fmt: skip

    def _write(self) -> str:
        """Return the text of a comment: in one of ten cases an earlier one with another end."""
        if self.texts and self.chance.random() < 0.1:
            return f"{self.chance.choice(self.texts)} {self.chance.choice(self.words)}"
        text = " ".join(self.chance.choices(self.words, k=40))
        self.texts.append(text)
        return text
