"""The matrix of attitude and behaviour as a user may see it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cx_feedback.core.statistics import wilson_interval
from cx_feedback.loyalty.effects.wording import format_share
from cx_feedback.loyalty.reports.attitudes import AttitudeGroup, count_attitude_groups

#: Fewest readers of a group that are shown to users who may not view readers.
MIN_READERS = 5


@dataclass(frozen=True)
class GroupCount:
    """A group of the matrix; ``count`` is None and ``share`` empty if the number is hidden."""

    field: str
    label: str
    words: str
    count: int | None
    share: str
    interval: str
    #: Whether the user may view the readers.
    named: bool


@dataclass(frozen=True)
class AttitudeMatrix:
    """The four groups, the readers in all of them, and the readers who are too new to classify.

    ``total`` and ``new`` are None if they would reveal a hidden number.
    """

    boxes: dict[str, GroupCount]
    total: int | None
    new: int | None

    @property
    def groups(self) -> list[GroupCount]:
        """Return the four groups."""
        return list(self.boxes.values())


def get_attitude_matrix(*, named: bool) -> AttitudeMatrix:
    """Return the matrix; ``named`` says whether the user may view readers."""
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
            "They come out of habit or for lack of an alternative, and don't speak well "
            "of you. Find out what they miss before somebody else offers it."
        ),
        AttitudeGroup.LATENT.value: _(
            "They speak well of you but seldom come. Remind them, and make it easy to come back."
        ),
        AttitudeGroup.NONE.value: _("They seldom come and don't speak well of you."),
    }
