"""What is done to comments by the hundred: one bulk action, and eight clients at once."""

import http.client
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks import site, threads
from benchmarks.results import Result

CLIENTS, EACH = 8, 25
BULK = 100


def run() -> list[Result]:
    """Measure queries of a bulk action; errors, doubles and drift of eight clients at once."""
    return [_bulk(), *_at_once()]


def _bulk() -> Result:
    """Count the statements that hiding BULK published comments takes."""
    from cx_feedback.comments import services
    from cx_feedback.comments.models import Comment, State

    page = threads.make_page("bulk")
    threads.fill(page, roots=BULK, replies=0)
    ids = list(Comment.objects.filter(thread__page=page).values_list("pk", flat=True))
    queries = site.queries(lambda: services.decide_on_comments("hide", ids=ids))
    assert Comment.objects.filter(pk__in=ids, state=State.HIDDEN).count() == BULK
    return Result("comments", f"queries, {BULK} moderated at once", queries, "<= 15")


def _at_once() -> list[Result]:
    """Let CLIENTS guests post EACH first-level comments at once, every request sent twice."""
    from wagtail.models import Site

    from cx_feedback.comments.models import Comment, CommentSettings, Rule, Thread
    from cx_feedback.comments.services.counters import rebuild_counters
    from tests.threads import in_threads

    page = threads.make_page("at-once")
    here = Site.objects.get()
    CommentSettings.objects.update_or_create(site=here, defaults={"rule": Rule.OPEN})
    with site.gunicorn(threads=CLIENTS) as port:
        found = in_threads(*(_client(port, page.pk, n) for n in range(CLIENTS)))
    statuses = sum(found, Counter())
    stored = Comment.objects.filter(thread__page=page, parent=None)
    told = Thread.objects.get(page=page).published
    errors = sum(times for status, times in statuses.items() if status not in (200, 201))
    what = f"{CLIENTS} clients at once, {EACH} comments each, sent twice"
    assert sum(statuses.values()) == 2 * CLIENTS * EACH
    return [
        Result("comments", f"{what}: errors", errors, "<= 0"),
        Result("comments", f"{what}: comments more or less", _off(stored.count()), "<= 0"),
        Result("comments", f"{what}: counter of published, off by", _off(told), "<= 0"),
        Result("comments", f"{what}: counters to correct", rebuild_counters(), "<= 0"),
    ]


def _off(count: int) -> int:
    return abs(count - CLIENTS * EACH)


def _client(port: int, page: int, number: int) -> Callable[[], Counter[int]]:
    """Return the work of one guest over a kept connection: it counts the statuses of answers."""

    def post_all() -> Counter[int]:
        statuses: Counter[int] = Counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for n in range(EACH):
            for _ in range(2):
                statuses[_post(connection, page, f"{number}-{n}")] += 1
        connection.close()
        return statuses

    return post_all


def _post(connection: http.client.HTTPConnection, page: int, key: str) -> int:
    body: dict[str, Any] = {"page": page, "name": f"Ana {key}", "text": f"Words {key}"}
    headers = {
        "Content-Type": "application/json",
        "Sec-Fetch-Site": "same-origin",
        "Idempotency-Key": f"key-of-{key}",
    }
    content = json.dumps({**body, "seconds": 40})
    connection.request("POST", "/feedback/api/v1/comments/", content, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status
