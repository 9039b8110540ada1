"""Measure what 20 threads cost an article that is served, one cold view in 50 counted in."""

import json
import os
import threading
from itertools import count
from typing import Any

from benchmarks import site
from benchmarks.load import Load, ratio
from benchmarks.results import Result

ROOTS, REPLIES = 20, 3
#: One view in this many is the first one after a change of the thread.
VIEWS_PER_CHANGE = 50


class ArticleViews:
    """Requests to articles with comments, each connection to one of its own.

    Two connections to the same article would both meet a changed thread before it is rendered, so
    that more views than one in ``VIEWS_PER_CHANGE`` were cold.
    """

    def __init__(self, pages: list[Any]) -> None:
        self._pages = pages
        self._views = [count(1) for _ in pages]
        self._connections = count()
        self._own = threading.local()

    def make_request(self) -> bytes:
        """Return the next request of this connection, after a change of the thread if it is due."""
        own = self._own
        if not hasattr(own, "number"):
            own.number = next(self._connections) % len(self._pages)
        page = self._pages[own.number]
        if next(self._views[own.number]) % VIEWS_PER_CHANGE == 0:
            _change_thread(page)
        return _request(page.url)


def measure() -> float:
    """Return the rate of articles with 20 threads shown by that of the same one without."""
    from benchmarks.threads import make_page

    bare = _request(make_page("without").url)
    with site.gunicorn() as port:
        plain = Load(port, lambda: bare)
        pages = [_make_article(f"with-{number}") for number in range(plain.connections)]
        full = Load(port, ArticleViews(pages).make_request)
        rate = ratio(full, plain)
    assert all(set(load.statuses) == {200} for load in (full, plain)), (full, plain)
    return rate


def get_result(database: str, rate: float) -> Result:
    """Return the line of the table for a rate measured on ``database``."""
    name = f"an article with 20 threads, one view in 50 cold, to one without ({database})"
    return Result("comments", name, rate, ">= 0.7")


def _make_article(slug: str) -> Any:
    from benchmarks.threads import fill, make_page

    page = make_page(slug)
    page.body = json.dumps([{"type": "comments", "value": {}}])
    page.save_revision().publish()
    fill(page, roots=ROOTS, replies=REPLIES)
    return page


def _change_thread(page: Any) -> None:
    from django.db.models import F

    from cx_feedback.comments.models import Thread

    Thread.objects.filter(page_id=page.pk).update(version=F("version") + 1)


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def run() -> list[Result]:
    """Measure on PostgreSQL alone."""
    site.setup()
    return [get_result("PostgreSQL", measure())]


if __name__ == "__main__":
    for result in run():
        print(os.getloadavg()[0], result)
