"""A number."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cx_feedback.surveys import scores
from cx_feedback.surveys.definitions import Question
from cx_feedback.surveys.questions.base import (
    ANSWERED,
    SELDOM,
    Figure,
    InvalidAnswer,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)
from cx_feedback.surveys.questions.text import WORDS

#: No answer lies beyond, whatever the editor allows.
LARGEST = 10**12
#: Decimals that are kept at most.
PLACES = 6
#: So many values are tallied one by one; of more, whole numbers up to here, and others by their
#: first three digits.
EXACT_TO = 9999
#: At most so many bars in a result.
BARS = 12


def _limit(label: Any) -> blocks.DecimalBlock:
    return blocks.DecimalBlock(
        label=label, min_value=-LARGEST, max_value=LARGEST, decimal_places=PLACES, required=False
    )


class NumberBlock(QuestionBlock):
    low = _limit(gettext_lazy("Smallest"))
    high = _limit(gettext_lazy("Largest"))
    step = blocks.DecimalBlock(
        label=gettext_lazy("Step"),
        help_text=gettext_lazy("1 for whole numbers, 0.01 for two decimals; empty: any number."),
        default=1,
        min_value=Decimal("0.000001"),
        decimal_places=PLACES,
        required=False,
    )
    unit = blocks.CharBlock(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Shown beside the field: years, €, km."),
        max_length=20,
        required=False,
    )

    class Meta:
        group = WORDS
        icon = "decimal"
        label = gettext_lazy("Number")
        description = gettext_lazy("Readers write a number: years, a price, how many.")
        sample: ClassVar[Any] = {
            "label": gettext_lazy("For how long have you been a reader?"),
            "unit": gettext_lazy("years"),
        }
        more = ("low", "high", "step", "unit", *SELDOM)

    def problems(self, value: Any) -> dict[str, ValidationError]:
        low, high, step = value["low"], value["high"], value["step"]
        if low is None or high is None:
            return {}
        if low >= high:
            return {"high": ValidationError(_("This must be more than the smallest."))}
        if step and step > high - low:
            return {"step": ValidationError(_("This is more than lies between the ends."))}
        return {}


class Number(QuestionType):
    """The answer is a number. Options: ``low``, ``high``, ``step`` (each or None), ``unit``."""

    name = "number"
    compares = "number"
    template = "cx_feedback/surveys/questions/number.html"
    block = NumberBlock

    def options(self, value: Any) -> dict[str, Any]:
        limits = {name: _plain(value.get(name)) for name in ("low", "high", "step")}
        return {**limits, "unit": value.get("unit") or ""}

    def meaning(self, question: Question) -> Any:
        return question.options["unit"]

    def from_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        text = super().from_form(values, parts) or ""
        try:
            number = Decimal(text.replace(",", ".")) if len(text) < 30 else None
        except ArithmeticError:
            return text
        return text if number is None or not number.is_finite() else _plain(number)

    def clean(self, question: Question, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InvalidAnswer(_("Write a number."))
        if not (-LARGEST <= value <= LARGEST):  # so is what is no number
            raise InvalidAnswer(_("Write a smaller number."))
        low, high, step = (question.options[name] for name in ("low", "high", "step"))
        if low is not None and value < low:
            raise InvalidAnswer(_("At least %(n)s, please.") % {"n": _words(low)})
        if high is not None and value > high:
            raise InvalidAnswer(_("At most %(n)s, please.") % {"n": _words(high)})
        exact = _exact(value)
        if step is not None and (exact - _exact(low or 0)) % _exact(step):
            raise InvalidAnswer(
                _("Write a whole number.")
                if step == 1
                else _("Write a number in steps of %(n)s.") % {"n": _words(step)}
            )
        kept = _plain(round(exact, PLACES))
        return kept if kept is not None else 0

    def tally(self, question: Question, value: Any) -> Iterable[str]:
        low, high, step = (question.options[name] for name in ("low", "high", "step"))
        if step and low is not None and high is not None and (high - low) / step <= EXACT_TO:
            return (format(_exact(value).normalize(), "f"),)
        return (_tallied(value),)

    def result(self, question: Question, counts: Mapping[str, int]) -> Result:
        found = {v: count for v, count in counts.items() if v != ANSWERED and count}
        given = {float(v): count for v, count in found.items()}
        n, unit = counts.get(ANSWERED, 0), question.options["unit"]
        mean, median = scores.mean(given), scores.median(given)
        named = f" ({unit})" if unit else ""
        return Result(
            question,
            n,
            tuple(
                Row(value, f"{label} {unit}".strip(), count, scores.share(count, n))
                for value, label, count in _bars(found)
            ),
            score=mean,
            score_label=_("Mean") + named,
            more=(Figure(_("Median") + named, median),),
        )

    def words(self, question: Question, value: Any) -> str:
        return f"{_words(value)} {question.options['unit']}".strip()


def _plain(number: Any) -> int | float | None:
    """Return a number as JSON keeps it: whole ones as int."""
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)


def _exact(value: float) -> Decimal:
    """Return the number that people wrote, not its nearest fraction of two."""
    return Decimal(repr(value))


def _words(value: float) -> str:
    return number_format(format(_exact(value), "f"))


def _tallied(value: float) -> str:
    """Return what a number is tallied under.

    Whole numbers of up to four digits by themselves, others to three digits: so there is a
    bounded number of values, whatever readers write, and a mean is off by under 0.5 %.
    """
    if value == int(value) and abs(value) <= EXACT_TO:
        return str(int(value))
    return format(Decimal(f"{value:.2e}").normalize(), "f")


def _bars(found: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return (tally value, label, count) of bars: of each number, or of ranges where many are."""
    if len(found) <= BARS:
        return [(v, _words(_plain(float(v)) or 0), found[v]) for v in sorted(found, key=float)]
    given = {float(v): count for v, count in found.items()}
    return [
        ("", _range(low, high, given), sum(c for v, c in given.items() if low <= v < high))
        for low, high in pairwise(_borders(min(given), max(given)))
    ]


def _borders(low: float, high: float) -> list[float]:
    """Return round borders of at most ``BARS`` equal ranges that cover ``low`` and ``high``."""
    size = 10 ** math.floor(math.log10((high - low) / BARS))
    for step in (size * m for m in (1, 2, 5, 10, 20)):
        first, last = math.floor(low / step), math.floor(high / step) + 1
        if last - first <= BARS:
            break
    return [round(n * step, PLACES) for n in range(first, last + 1)]


def _range(low: float, high: float, given: Mapping[float, int]) -> str:
    if all(v == int(v) for v in given) and high - low >= 1:
        ends = (int(low), int(high) - 1)
        return _words(ends[0]) if ends[0] == ends[1] else f"{_words(ends[0])}-{_words(ends[1])}"
    return _("%(low)s to under %(high)s") % {"low": _words(low), "high": _words(high)}
