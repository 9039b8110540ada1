"""Figures of readers who answered pages and did not send the survey, apart from all others."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.surveys.flow.routing import is_page_break
from cx_feedback.surveys.models import PartialResponse, Survey, Tally
from cx_feedback.surveys.partials.keeping_period import STOPPED_AFTER, get_retention_days
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.results.results_by_question import Results, build_results
from cx_feedback.surveys.results.row_counts import AnswerCounts, count_given_answers
from cx_feedback.surveys.results.tally_folding import STOPPED
from cx_feedback.surveys.results.value_counts import ValueCounts


@dataclass(frozen=True)
class Unfinished:
    """Readers who answered pages and did not send the survey.

    ``stopped`` counts those without a further page for ``STOPPED_AFTER`` by the last question that
    they answered or passed, also if their answers have been deleted since. Of ``kept`` they are
    still there.
    """

    in_progress: int = 0
    stopped: Counter[str] = field(default_factory=Counter)
    kept: int = 0

    @property
    def n_stopped(self) -> int:
        """Return the number of readers who stopped."""
        return self.stopped.total()

    @property
    def n(self) -> int:
        """Return the number of readers who stopped or are in the middle."""
        return self.n_stopped + self.in_progress


@dataclass(frozen=True)
class Stop:
    """The number of readers who stopped after a question; ``page`` is 0 for former questions."""

    page: int
    label: str
    n: int


def get_unfinished(*, survey_ids: list[int], counted: ValueCounts | None = None) -> Unfinished:
    """Return how many did not finish these surveys; at most two queries.

    ``counted`` are the tallies of the whole, if the caller has them.
    """
    if counted is None:
        tallies = Tally.objects.filter(survey_id__in=survey_ids, part="", question=STOPPED)
        gone = Counter[str]()
        for last, count in tallies.values_list("value", "count"):
            gone[last] += count
    else:
        gone = Counter({v: n for (part, q, v), n in counted.items() if not part and q == STOPPED})
    if not get_retention_days():
        return Unfinished(stopped=gone)
    since = timezone.now() - STOPPED_AFTER
    rows = (
        PartialResponse.objects.filter(survey_id__in=survey_ids, sent=False)
        .values_list("last_question")
        .annotate(all=Count("pk"), now=Count("pk", filter=Q(updated_at__gte=since)))
        .order_by()
    )
    found = [(last, of_all - now, now) for last, of_all, now in rows]
    stopped = Counter({last: n for last, n, _now in found if n})
    return Unfinished(sum(row[2] for row in found), gone + stopped, stopped.total())


def get_stopped_rows(survey_ids: list[int]) -> QuerySet[PartialResponse]:
    """Return the kept pages of readers who stopped, for figures and exports of their own."""
    since = timezone.now() - STOPPED_AFTER
    return PartialResponse.objects.filter(
        survey_id__in=survey_ids, sent=False, updated_at__lt=since
    )


def list_stops(definition: Definition, unfinished: Unfinished) -> list[Stop]:
    """Return where readers stopped, in the order of the survey, former questions last."""
    page, left, found = 1, unfinished.stopped.copy(), []
    for item in definition.questions:
        page += is_page_break(item)
        if n := left.pop(item.key, 0):
            found.append(Stop(page, _label_stop(page, item.label), n))
    former = {item.key: item.label for item in definition.retired}
    found += [Stop(0, former.get(key) or _("A former question"), n) for key, n in left.items()]
    return found


def _label_stop(page: int, label: str) -> str:
    words = pgettext("survey", "Page %(page)d: %(question)s")
    return words % {"page": page, "question": label} if label else _("Page %d") % page


def count_stopped_answers(*, survey_ids: list[int], definition: Definition) -> AnswerCounts:
    """Count the kept answers of readers who stopped; one query."""
    rows: Any = get_stopped_rows(survey_ids)
    return count_given_answers(rows, [Q(sent=False)], definition)[0]


def get_stopped_results(
    *, survey: Survey, survey_ids: list[int], definition: Definition, n: int
) -> Results:
    """Return the results by question of ``n`` readers who stopped (``Unfinished.kept``)."""
    given = count_stopped_answers(survey_ids=survey_ids, definition=definition)
    counts: ValueCounts = Counter(dict(_with_part(given)))
    counts["", "", ANSWERED] = n
    return build_results(survey, definition, counts)


def _with_part(given: AnswerCounts) -> Iterator[tuple[tuple[str, str, str], Any]]:
    for (question, value), count in given.items():
        yield ("", question, value), count
