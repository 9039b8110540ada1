"""A number."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail import blocks

from cx_feedback.core.text.number_format import format_decimal
from cx_feedback.surveys.questions.base import (
    ANSWERED,
    SELDOM,
    ColumnProfile,
    Figure,
    InvalidAnswer,
    QuestionBlock,
    QuestionType,
    Result,
    Row,
)
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.questions.number_tally import (
    MOST,
    ONE,
    PLACES,
    Numbers,
    compact_counts,
    get_tally_value,
    parse_tally,
    remove_numbers,
    to_decimal,
)
from cx_feedback.surveys.questions.text import WORDS
from cx_feedback.surveys.results import scores_and_intervals

#: No answer lies beyond, whatever the editor allows.
LARGEST = 10**12
#: At most so many bars in a result.
BARS = 12


def _build_limit_block(label: Any) -> blocks.DecimalBlock:
    return blocks.DecimalBlock(
        label=label, min_value=-LARGEST, max_value=LARGEST, decimal_places=PLACES, required=False
    )


class NumberBlock(QuestionBlock):
    low = _build_limit_block(pgettext_lazy("survey", "Minimum"))
    high = _build_limit_block(pgettext_lazy("survey", "Maximum"))
    step = blocks.DecimalBlock(
        label=pgettext_lazy("survey", "Step"),
        help_text=format_lazy(
            gettext_lazy(
                "1 for whole numbers, {step} for two decimals. Leave empty for any number."
            ),
            step=lazy(format_decimal, str)(0.01, 2),
        ),
        default=1,
        min_value=Decimal("0.000001"),
        decimal_places=PLACES,
        required=False,
    )
    unit = blocks.CharBlock(
        label=pgettext_lazy("survey", "Unit"),
        help_text=gettext_lazy("Shown beside the field: years, €, km."),
        max_length=20,
        required=False,
    )

    class Meta:
        group = WORDS
        icon = "decimal"
        label = pgettext_lazy("survey", "Number")
        description = gettext_lazy("Readers write a number: years, a price, how many.")
        sample: ClassVar[Any] = {
            "label": gettext_lazy("For how long have you been a reader?"),
            "unit": pgettext_lazy("survey", "years"),
        }
        more = ("low", "high", "step", "unit", *SELDOM)

    def find_problems(self, value: Any) -> dict[str, ValidationError]:
        low, high, step = value["low"], value["high"], value["step"]
        if low is None or high is None:
            return {}
        if low >= high:
            return {"high": ValidationError(_("Must be greater than the minimum."))}
        if step and step > high - low:
            return {"step": ValidationError(_("The maximum must be larger."))}
        return {}


class Number(QuestionType):
    """The answer is a number. Options: ``low``, ``high``, ``step`` (each or None), ``unit``."""

    name = "number"
    comparison = "number"
    max_tally_values = MOST
    template = "cx_feedback/surveys/questions/number.html"
    block = NumberBlock

    def build_options(self, value: Any) -> dict[str, Any]:
        limits = {name: _to_plain_number(value.get(name)) for name in ("low", "high", "step")}
        return {**limits, "unit": value.get("unit") or ""}

    def get_meaning(self, question: Question) -> Any:
        return question.options["unit"]

    def parse_form(self, values: list[str], parts: Mapping[str, str]) -> Any:
        text = super().parse_form(values, parts) or ""
        try:
            number = Decimal(text.replace(",", ".")) if len(text) < 30 else None
        except ArithmeticError:
            return text
        return text if number is None or not number.is_finite() else _to_plain_number(number)

    def clean(self, question: Question, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InvalidAnswer(pgettext("survey", "Write a number."))
        if not (-LARGEST <= value <= LARGEST):  # so is what is no number
            raise InvalidAnswer(_("Write a smaller number."))
        low, high, step = (question.options[name] for name in ("low", "high", "step"))
        if low is not None and value < low:
            raise InvalidAnswer(
                pgettext("survey", "At least %(n)s, please.") % {"n": _format_value(low)}
            )
        if high is not None and value > high:
            raise InvalidAnswer(
                pgettext("survey", "At most %(n)s, please.") % {"n": _format_value(high)}
            )
        number = to_decimal(value)
        if step is not None and (number - to_decimal(low or 0)) % to_decimal(step):
            raise InvalidAnswer(
                _("Write a whole number.")
                if step == 1
                else _("Write a number in steps of %(n)s.") % {"n": _format_value(step)}
            )
        kept = _to_plain_number(round(number, PLACES))
        return kept if kept is not None else 0

    def rate_column(self, column: ColumnProfile) -> int:
        return 70 if column.is_number and len(column.values) > 2 else 0

    def build_block_value(self, column: ColumnProfile) -> dict[str, Any]:
        return {"low": None, "high": None, "step": 1 if column.is_whole else None}

    def get_tally_values(self, question: Question, value: Any) -> Iterable[str]:
        return (get_tally_value(value),)

    def compact_tally(self, counts: Mapping[str, int]) -> dict[str, int]:
        return compact_counts(counts)

    def remove_from_tally(
        self, counts: Mapping[str, int], values: Mapping[str, int]
    ) -> dict[str, int]:
        return remove_numbers(counts, values)

    def build_result(self, question: Question, counts: Mapping[str, int]) -> Result:
        found = parse_tally(counts)
        n, unit = counts.get(ANSWERED, 0), question.options["unit"]
        mean = scores_and_intervals.compute_mean_of_sums(
            n=found.n, total=found.total, squares=found.squares
        )
        median = scores_and_intervals.compute_median(
            {v / ONE: count for v, count in found.given.items()}
        )
        named = f" ({unit})" if unit else ""
        return Result(
            question,
            n,
            tuple(
                Row(
                    value,
                    f"{label} {unit}".strip(),
                    count,
                    scores_and_intervals.compute_share(count, n),
                )
                for value, label, count in _build_bars(found)
            ),
            score=mean,
            score_label=pgettext("survey", "Mean") + named,
            more=(
                Figure(pgettext("survey", "Median") + named, median, is_about=not found.is_exact),
            ),
        )

    def format_answer(self, question: Question, value: Any) -> str:
        return f"{_format_value(value)} {question.options['unit']}".strip()


def _to_plain_number(number: Any) -> int | float | None:
    """Return a number as JSON keeps it: whole ones as int."""
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)


def _format_value(value: float) -> str:
    return number_format(format(to_decimal(value), "f"))


def _format_number(number: int) -> str:
    """Return a number of millionths in words."""
    return number_format(format(_plain_decimal(number), "f"))


def _build_bars(found: Numbers) -> list[tuple[str, str, int]]:
    """Return (tally value, label, count) of bars: of each number, or of ranges where many are."""
    if found.is_exact and len(found.single) <= BARS:
        values = sorted(found.single.items())
        return [(format(_plain_decimal(v), "f"), _format_number(v), count) for v, count in values]
    size = _get_bar_size(min(found.given), max(found.given))
    counted: dict[int, int] = {}
    for value, count in found.given.items():
        counted[value // size] = counted.get(value // size, 0) + count
    whole = found.is_exact and not size % ONE and not any(v % ONE for v in found.single)
    return [
        ("", _format_range(place * size, (place + 1) * size, whole), counted.get(place, 0))
        for place in range(min(counted), max(counted) + 1)
    ]


def _plain_decimal(number: int) -> Decimal:
    return Decimal(number).scaleb(-PLACES).normalize()


def _get_bar_size(low: int, high: int) -> int:
    """Return the round size of at most ``BARS`` equal ranges that cover ``low`` and ``high``."""
    size = int(10 ** max(len(str((high - low) // BARS)) - 1, 0))
    sizes = (size * m for m in (1, 2, 5, 10, 20))
    return next(size for size in sizes if high // size - low // size < BARS)


def _format_range(low: int, high: int, whole: bool) -> str:
    if whole:
        last = high - ONE
        return (
            _format_number(low) if low == last else f"{_format_number(low)}-{_format_number(last)}"
        )
    return pgettext("survey", "%(low)s to under %(high)s") % {
        "low": _format_number(low),
        "high": _format_number(high),
    }
