"""Tallies of numbers, with exact sums.

The value of each number in the tally is the number itself. A part of the results with more than
``MOST`` different numbers is compacted (``compact_counts``): numbers are grouped into ranges of
three digits, such as "≈172" for 172 to under 173. Their exact sum and sum of squares are stored in
further rows of the tally, which count no answers ("~sum0" and so on). The smallest and the largest
number are kept. So n, mean and interval are always exact, and the median is until a part has been
compacted.

All computation is in whole millionths, without rounding.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from cx_feedback.surveys.questions.base import NO_ANSWERS, is_of_answers

#: The maximum number of decimals, and the number of millionths in one.
PLACES = 6
ONE = 10**PLACES
#: The maximum number of different numbers in a part before it is compacted.
MOST = 100_000
_RANGE = "≈"
#: A sum is split into digits of this base, because a row holds 63 bits.
_ROW = 10**15


def to_decimal(value: float) -> Decimal:
    """Return the decimal number as it was written, not its binary approximation."""
    return Decimal(repr(value))


def get_tally_value(value: float) -> str:
    """Return the value of a number in the tally."""
    return format(to_decimal(value).normalize() + 0, "f")


def in_millionths(text: str) -> int:
    """Return a tallied number in millionths."""
    return int(Decimal(text).scaleb(PLACES))


@dataclass(frozen=True)
class Numbers:
    """The content of a tally of numbers, in millionths."""

    #: The number of answers by number, for numbers that are tallied individually.
    single: dict[int, int]
    #: The number of answers by the middle of a range.
    ranges: dict[int, int]
    #: The sums of the numbers in ranges.
    sum_in_ranges: int = 0
    squares_in_ranges: int = 0

    @property
    def is_exact(self) -> bool:
        """Return whether all numbers are tallied individually."""
        return not self.ranges

    @cached_property
    def given(self) -> dict[int, int]:
        """Return the number of answers by number or middle of its range."""
        return dict(Counter(self.single) + Counter(self.ranges))

    @property
    def n(self) -> int:
        return sum(self.single.values()) + sum(self.ranges.values())

    @property
    def total(self) -> Fraction:
        """Return the sum of all numbers."""
        found = sum(value * count for value, count in self.single.items())
        return Fraction(found + self.sum_in_ranges, ONE)

    @property
    def squares(self) -> Fraction:
        """Return the sum of the squares of all numbers."""
        found = sum(value * value * count for value, count in self.single.items())
        return Fraction(found + self.squares_in_ranges, ONE * ONE)


def parse_tally(counts: Mapping[str, int]) -> Numbers:
    """Return the numbers in a tally (value to count)."""
    single: Counter[int] = Counter()
    ranges: Counter[int] = Counter()
    for value, count in counts.items():
        if count and value.startswith(_RANGE):
            ranges[_get_middle(value)] += count
        elif count and is_of_answers(value):
            single[in_millionths(value)] += count
    total = _sum_in("sum", counts) - _sum_in("-sum", counts)
    return Numbers(dict(single), dict(ranges), total, _sum_in("squares", counts))


def compact_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Return a compacted tally with the same sums."""
    values = sorted(
        (value for value, n in counts.items() if n and is_of_answers(value) and value[0] != _RANGE),
        key=in_millionths,
    )
    numbers = parse_tally(counts)
    total, squares = numbers.sum_in_ranges, numbers.squares_in_ranges
    kept = Counter({value: n for value, n in counts.items() if n and is_of_answers(value)})
    for value in values[1:-1]:
        number, count = in_millionths(value), kept.pop(value)
        kept[_range_of(number)] += count
        total += number * count
        squares += number * number * count
    return _build_tally(counts, kept, total, squares)


def remove_numbers(counts: Mapping[str, int], values: Mapping[str, int]) -> dict[str, int]:
    """Return a tally without ``values`` (number to its count), whose sums stay exact.

    A number may be tallied individually or in its range. Which of its answers is removed makes no
    difference.
    """
    numbers = parse_tally(counts)
    total, squares = numbers.sum_in_ranges, numbers.squares_in_ranges
    kept = Counter({value: n for value, n in counts.items() if n and is_of_answers(value)})
    for value, n in values.items():
        single = min(kept[value], n)
        kept[value] -= single
        number, rest = in_millionths(value), n - single
        kept[_range_of(number)] -= rest
        total -= number * rest
        squares -= number * number * rest
    return _build_tally(counts, +kept, total, squares)


def _build_tally(
    counts: Mapping[str, int], kept: Mapping[str, int], total: int, squares: int
) -> dict[str, int]:
    """Return ``kept`` with the sums of the ranges, and the number of answers from ``counts``."""
    answered = {value: n for value, n in counts.items() if value == ""}
    sums = {
        **_build_sum_rows("-sum" if total < 0 else "sum", abs(total)),
        **_build_sum_rows("squares", squares),
    }
    return {**answered, **kept, **sums}


def _range_of(number: int) -> str:
    """Return the range of a number: its first three digits."""
    size = _size_of(abs(number))
    sign = "-" if number < 0 else ""
    return f"{_RANGE}{sign}{abs(number) // size * size}"


def _get_middle(value: str) -> int:
    number = int(value.removeprefix(_RANGE))
    half = _size_of(abs(number)) // 2
    return number - half if value[1] == "-" else number + half


def _size_of(number: int) -> int:
    return int(10 ** max(len(str(number)) - 3, 0))


def _build_sum_rows(name: str, number: int) -> dict[str, int]:
    found = {}
    for place in range(10**3):
        if number < 1:
            break
        number, rest = divmod(number, _ROW)
        if rest:
            found[f"{NO_ANSWERS}{name}{place}"] = rest
    return found


def _sum_in(name: str, counts: Mapping[str, int]) -> int:
    prefix = f"{NO_ANSWERS}{name}"
    return sum(
        count * _ROW ** int(value.removeprefix(prefix))
        for value, count in counts.items()
        if value.startswith(prefix)
    )
