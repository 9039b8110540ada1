"""A guest's comment by REST, to a bare view with one INSERT, and to django-comments-xtd."""

import itertools
import json

from benchmarks import rival, site
from benchmarks.load import Load, post, ratio
from benchmarks.results import Result

SENTENCE = "what a reader says about an article that was worth the time it took"
WORDS = SENTENCE.split()


def run() -> list[Result]:
    """Measure new guests with name and e-mail, each with words of their own, on one page."""
    site.setup()
    page = site.make_article().pk
    numbers = itertools.count(1)

    def guest() -> bytes:
        n = next(numbers)
        body = {"page": page, "name": f"Ana {n}", "email": f"a{n}@example.org", "text": words(n)}
        return post(
            "/feedback/api/v1/comments/",
            json.dumps({**body, "seconds": 40}).encode(),
            Sec_Fetch_Site="same-origin",
        )

    bare = json.dumps({"page": page, "answers": {"score": 9, "reason": "Good"}}).encode()
    with site.gunicorn() as port, rival.served(words) as theirs:
        ours = Load(port, guest)
        value = ratio(ours, Load(port, lambda: post("/bare/", bare)))
        times = ratio(ours, theirs)
    from cx_feedback.comments.models import Comment, Thread
    from cx_feedback.comments.services.counters import rebuild_counters

    assert set(ours.statuses) == set(theirs.statuses) == {201}, (ours.statuses, theirs.statuses)
    assert Thread.objects.get().waiting == Comment.objects.count() == ours.statuses[201]
    assert rebuild_counters() == 0
    return [
        Result("posting", "guest's comment by REST, to a bare INSERT", value, ">= 0.35"),
        Result("posting", "guest's comment by REST, to django-comments-xtd", times, ">= 3"),
    ]


def words(n: int) -> str:
    """Return a text that is no other guest's."""
    return " ".join(f"{word}{n * 7919 % 9973}" for word in WORDS)
