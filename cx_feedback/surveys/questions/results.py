"""Results of a question, for admin pages, REST and exports."""

from dataclasses import dataclass

from django.utils.translation import pgettext

from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results.scores_and_intervals import Score
from cx_feedback.surveys.results.thresholds import SHOW_FROM


@dataclass(frozen=True)
class Row:
    """One bar of a result: a choice, a point of a scale, a row of a matrix.

    ``value`` is the value of its answers in the tally, "" if there are several. ``score`` is a
    figure of this row (the mean rank of a choice, named by ``Result.row_score_label``). ``cells``
    are the columns of a matrix row with their shares of that row.
    """

    value: str
    label: str
    count: int
    share: Score
    retired: bool = False
    score: Score | None = None
    cells: tuple["Row", ...] = ()

    @property
    def full_label(self) -> str:
        """Return the label, with a note if this is no longer offered."""
        if not self.retired:
            return self.label
        return pgettext("survey", "%(label)s (no longer offered)") % {"label": self.label}


@dataclass(frozen=True)
class Figure:
    """A named score; ``places`` is the number of decimals to show.

    ``is_about`` marks an approximate figure.
    """

    label: str
    score: Score
    places: int = 2
    is_about: bool = False


@dataclass(frozen=True)
class Result:
    """The results of one question; ``more`` are figures other than the score."""

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
        """Return whether there are enough answers to show figures."""
        return self.n >= SHOW_FROM

    @property
    def shown_rows(self) -> tuple[Row, ...]:
        """Return the rows, none while there are too few answers to show them."""
        return self.rows if self.shown else ()
