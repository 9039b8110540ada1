"""The two-by-two as somebody may see it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cx_feedback.core.statistics import wilson_interval
from cx_feedback.loyalty.effects.wording import format_share
from cx_feedback.loyalty.reports.attitudes import AttitudeGroup, count_attitude_groups

#: Readers below which a field's number is not shown to those who may not know them.
MIN_READERS = 5


@dataclass(frozen=True)
class GroupCount:
    """A field of the two-by-two; ``count`` is None where it is hidden, and no share said then."""

    field: str
    label: str
    words: str
    count: int | None
    share: str
    interval: str
    #: Whether whoever looks may know who they are.
    named: bool


@dataclass(frozen=True)
class AttitudeMatrix:
    """The four fields, how many readers said anything, and how many are too new to say.

    ``total`` and ``new`` are None where they would give a hidden field away.
    """

    boxes: dict[str, GroupCount]
    total: int | None
    new: int | None


def get_attitude_matrix(*, named: bool) -> AttitudeMatrix:
    """Return the two-by-two as somebody may see it who may know readers, or may not."""
    counts = count_attitude_groups()
    new = counts.pop("")
    total = sum(counts.values())
    few = not named and any(0 < n < MIN_READERS for n in counts.values())
    boxes = {}
    for field, words in _get_advice().items():
        n = counts[field]
        hidden = not named and 0 < n < MIN_READERS
        low, high = wilson_interval(n, total) if total else (0.0, 1.0)
        shares = bool(total) and not few
        boxes[field] = GroupCount(
            field=field,
            label=str(AttitudeGroup(field).label),
            words=words,
            count=None if hidden else n,
            share=format_share(n / total) if shares else "",
            interval=f"{format_share(low)} – {format_share(high)}" if shares else "",
            named=named and n > 0,
        )
    new_shown = None if not named and 0 < new < MIN_READERS else new
    return AttitudeMatrix(boxes, None if few else total, new_shown)


def _get_advice() -> dict[str, str]:
    return {
        AttitudeGroup.TRUE.value: _(
            "They come often and speak well of you. Ask them to recommend you."
        ),
        AttitudeGroup.SPURIOUS.value: _(
            "They come, from habit or for want of another, and do not speak well of you. Find "
            "out what they miss before somebody else offers it."
        ),
        AttitudeGroup.LATENT.value: _(
            "They speak well of you and seldom come. Something keeps them away: remind them, make "
            "it easy."
        ),
        AttitudeGroup.NONE.value: _("They seldom come and do not speak well of you."),
    }
