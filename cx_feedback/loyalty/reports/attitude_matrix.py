"""The two-by-two as somebody may see it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cx_feedback.loyalty.effects.statistics import wilson
from cx_feedback.loyalty.effects.wording import percent
from cx_feedback.loyalty.reports.attitudes import Field, count_fields

#: Readers below which a field's number is not shown to those who may not know them.
SHOWN_FROM = 5


@dataclass(frozen=True)
class Box:
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
class TwoByTwo:
    """The four fields, how many readers said anything, and how many are too new to say.

    ``total`` and ``new`` are None where they would give a hidden field away.
    """

    boxes: dict[str, Box]
    total: int | None
    new: int | None


def two_by_two(*, named: bool) -> TwoByTwo:
    """Return the two-by-two as somebody may see it who may know readers, or may not."""
    counts = count_fields()
    new = counts.pop("")
    total = sum(counts.values())
    few = not named and any(0 < n < SHOWN_FROM for n in counts.values())
    boxes = {}
    for field, words in _words().items():
        n = counts[field]
        hidden = not named and 0 < n < SHOWN_FROM
        low, high = wilson(n, total) if total else (0.0, 1.0)
        shares = bool(total) and not few
        boxes[field] = Box(
            field=field,
            label=str(Field(field).label),
            words=words,
            count=None if hidden else n,
            share=percent(n / total) if shares else "",
            interval=f"{percent(low)} – {percent(high)}" if shares else "",
            named=named and n > 0,
        )
    new_shown = None if not named and 0 < new < SHOWN_FROM else new
    return TwoByTwo(boxes, None if few else total, new_shown)


def _words() -> dict[str, str]:
    return {
        Field.TRUE.value: _("They come often and speak well of you. Ask them to recommend you."),
        Field.SPURIOUS.value: _(
            "They come, from habit or for want of another, and do not speak well of you. Find "
            "out what they miss before somebody else offers it."
        ),
        Field.LATENT.value: _(
            "They speak well of you and seldom come. Something keeps them away: remind them, make "
            "it easy."
        ),
        Field.NONE.value: _("They seldom come and do not speak well of you."),
    }
