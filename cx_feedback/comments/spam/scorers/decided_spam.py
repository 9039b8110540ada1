from collections.abc import Mapping, Set
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.comments.spam.contact_patterns import has_offer
from cx_feedback.comments.spam.words_and_links import find_hosts

#: Points for one and for several such texts. Without a link or a contact they only hold.
POINTS = (0.0, 4.0, 6.0)
#: Shingles that a text has at least, and the share of the shorter text's that both must have.
MIN_SHINGLES, COMMON_SHARE = 5, 0.6
#: Comments that are compared.
MAX_COMPARED = 20


class DecidedSpam(Scorer):
    """Texts that a moderator of this site called spam, with another end or a few other words."""

    name = "decided"
    reads_words = True

    def score(self, submission: Submission) -> SpamFinding | None:
        from cx_feedback.comments.services.text_shingles import get_min_shingles, get_shingles
        from cx_feedback.comments.spam.known_spam import may_be_known_spam

        if submission.verified and submission.record.approved:
            return None
        own = get_shingles(submission.text)
        if len(own) < MIN_SHINGLES:
            return None
        smallest = get_min_shingles(own)
        if not may_be_known_spam(smallest):
            return None
        found = _find_decided(smallest.first, smallest.second)
        times = sum(_is_contained(own, get_shingles(comment.plain_text)) for comment in found)
        if not times:
            return None
        leads = bool(find_hosts(submission.folded)) or has_offer(submission.folded)
        return self.build_finding(
            POINTS[min(times, len(POINTS) - 1)], only_holds=not leads, times=times
        )

    def describe(self, detail: Mapping[str, Any]) -> str:
        times = int(detail.get("times", 0))
        words = ngettext(
            "Nearly the same text was marked as spam by a moderator %d time.",
            "Nearly the same text was marked as spam by moderators %d times.",
            times,
        )
        return words % times


def _find_decided(first: int | None, second: int | None) -> QuerySet[Any]:
    """Return spam by people's decision with one of two shingles, a few rows by indexes."""
    from cx_feedback.comments.spam.known_spam import get_decided_spam

    decided = get_decided_spam().only("text", "markup")
    # A union, because SQLite uses no partial index for conditions joined by OR.
    both = decided.filter(shingle_first=first).union(
        decided.filter(shingle_second=second).exclude(shingle_first=first), all=True
    )
    return both[:MAX_COMPARED]


def _is_contained(one: Set[int], other: Set[int]) -> bool:
    """Return whether most of the shorter text is in the other one."""
    shorter = min(len(one), len(other))
    return shorter >= MIN_SHINGLES and len(one & other) >= COMMON_SHARE * shorter
