"""Rules out, without a query, most texts that are like none which a moderator called spam.

Every process keeps the numbers by which such texts are found (``services.text_shingles``). They
are looked up again after the next decision. Without this, each comment costs one query more.
"""

import time

from django.db.models import Exists, QuerySet

from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.services.text_shingles import MinShingles
from cx_feedback.comments.spam.learning_from_decisions import get_moderator_events
from cx_feedback.core.caching.generations import Generation

#: Seconds for which the numbers are kept; texts above which none are kept and each is looked up.
CACHE_SECONDS, MAX_TEXTS = 60.0, 20_000
_generation = Generation("decided-spam")
#: By the token of the generation the numbers, None if they are too many, and when they expire.
_kept: dict[str, tuple[frozenset[int] | None, float]] = {}


def get_decided_spam() -> QuerySet[Comment]:
    """Return the comments that are spam by a moderator's decision, in any order."""
    return Comment.objects.filter(Exists(get_moderator_events()), state=State.SPAM).order_by()


def may_be_known_spam(shingles: MinShingles) -> bool:
    """Return False if no decided spam has one of a text's numbers."""
    known = _get_numbers()
    return known is None or not known.isdisjoint(shingles)


def forget_known_spam() -> None:
    """Have the numbers looked up again after a comment became spam."""
    _generation.end()


def _get_numbers() -> frozenset[int] | None:
    token, now = _generation.current, time.monotonic()
    if not token:
        return None
    kept = _kept.get(token)
    if kept is None or kept[1] < now:
        kept = (_load_numbers(), now + CACHE_SECONDS)
        _kept.clear()
        _kept[token] = kept
    return kept[0]


def _load_numbers() -> frozenset[int] | None:
    rows = get_decided_spam().values_list("shingle_first", "shingle_second")[: MAX_TEXTS + 1]
    if len(rows) > MAX_TEXTS:
        return None
    return frozenset(number for row in rows for number in row if number is not None)
