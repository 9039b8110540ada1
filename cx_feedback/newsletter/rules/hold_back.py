"""Which readers a rule holds back, so that it can be measured what its mails bring about."""

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from cx_feedback.newsletter.models import FollowUp, FollowUpRule
from cx_feedback.readers.services import LedgerEvent

#: The kind of the rows in the activity ledger.
ACTIVITY_KIND = "follow_up"
_STEPS = 2**32


def is_held_back(rule: FollowUpRule, reader_id: int) -> bool:
    """Return whether ``rule`` writes nothing to this reader, by chance.

    A keyed hash of rule and reader decides: the same for ever, without a row, unlike another
    rule's, and not to be guessed from outside. Who is held back at 10 percent is at 20 too.
    """
    if not rule.hold_back:
        return False
    digest = salted_hmac(
        "cx_feedback.newsletter.hold_back", f"{rule.pk}:{reader_id}", algorithm="sha256"
    )
    return int(digest.hexdigest()[:8], 16) * 100 < rule.hold_back * _STEPS


def build_ledger_rows(
    rule: FollowUpRule, rows: Iterable[FollowUp], *, held_back: bool
) -> list[LedgerEvent]:
    """Return what the ledger keeps of both groups, enough to compare them without the rule."""
    detail = {"rule": rule.pk, "held_back": held_back, "percent": rule.hold_back}
    return [LedgerEvent(row.reader_id, row.pk, detail) for row in rows]
