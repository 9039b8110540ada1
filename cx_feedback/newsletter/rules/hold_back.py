"""The control group of a rule, whose readers get nothing so that its effect can be measured."""

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from cx_feedback.newsletter.models import FollowUp, FollowUpRule
from cx_feedback.readers.services import LedgerEvent

#: Kind of the rows in the activity ledger.
ACTIVITY_KIND = "follow_up"
_STEPS = 2**32


def is_held_back(rule: FollowUpRule, reader_id: int) -> bool:
    """Return whether the reader is in the control group of ``rule``.

    A keyed hash of rule and reader assigns them at random: the same every time without a row,
    independent of other rules and not predictable. A larger group contains the smaller one.
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
    """Return the activity rows of one group, from which both can be compared without the rule."""
    detail = {"rule": rule.pk, "held_back": held_back, "percent": rule.hold_back}
    return [LedgerEvent(row.reader_id, row.pk, detail) for row in rows]
