"""What the answers to a question say, for screens, REST and exports alike."""

from dataclasses import dataclass

from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results.scores import SHOW_FROM, Score


@dataclass(frozen=True)
class Row:
    """One bar of a result: a choice, a point of a scale, a row of a matrix.

    ``value`` is what its answers are tallied under; "" where that is no one value. ``score`` is
    a figure of this row alone (the mean rank of a choice, named by ``Result.row_score_label``),
    ``cells`` are the columns of a matrix's row, their shares in that row.
    """

    value: str
    label: str
    count: int
    share: Score
    retired: bool = False
    score: Score | None = None
    cells: tuple["Row", ...] = ()


@dataclass(frozen=True)
class Figure:
    """A named score: ``places`` is how many decimals people are shown.

    ``is_about`` marks one that is known only nearly.
    """

    label: str
    score: Score
    places: int = 2
    is_about: bool = False


@dataclass(frozen=True)
class Result:
    """What the answers to one question say; ``more`` are figures beside the score."""

    question: Question
    n: int
    rows: tuple[Row, ...] = ()
    score: Score | None = None
    score_label: str = ""
    score_places: int = 2
    more: tuple[Figure, ...] = ()
    row_score_label: str = ""
    has_texts: bool = False
    retired: bool = False

    @property
    def shown(self) -> bool:
        """Whether enough readers answered to show figures."""
        return self.n >= SHOW_FROM
