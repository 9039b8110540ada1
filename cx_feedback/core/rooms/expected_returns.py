"""The returns that the loyalty room expects, for rooms that compare them with what came."""

from dataclasses import dataclass

from cx_feedback.core import signals


@dataclass(frozen=True)
class ExpectedReturn:
    """The probability, 0 to 1, that a reader comes back in the ``weeks`` after this period.

    Weeks begin after the current period of ``readers.periods``, a week or a day.
    """

    probability: float
    weeks: int


def get_expected_returns(reader_ids: list[int]) -> dict[int, ExpectedReturn] | None:
    """Return what is expected now of those readers of whom something is known, by their ids.

    Returns None if no room is there to ask.
    """
    found = signals.collect_answers(signals.returns_expected, None, reader_ids=reader_ids)
    return found[0] if found else None
