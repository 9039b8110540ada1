"""Readers of a tier, an attitude group or both, with their probability to sort by."""

from collections.abc import Iterator
from dataclasses import dataclass

import swapper
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from wagtail.models import Site

from cx_feedback.loyalty.models import Attitude, CellScore, Fit
from cx_feedback.loyalty.reports.attitudes import get_classified_attitudes
from cx_feedback.loyalty.reports.rfv import RFV, compute_rfv, count_visits
from cx_feedback.loyalty.selectors import ReaderScore, get_reader_scores
from cx_feedback.readers.models import Activity, Consent, Reader, VisitDay
from cx_feedback.readers.periods import get_period
from cx_feedback.readers.tier_names import Tier

#: Readers that an export loads at a time.
CHUNK = 1000


@dataclass(frozen=True)
class Member:
    """A reader of a segment with the score and the last answers."""

    score: ReaderScore
    attitude: Attitude | None
    rfv: RFV
    #: Number of days with a visit.
    visit_days: int = 0

    @property
    def reader(self) -> Reader:
        return self.score.reader


def get_segment(*, tier: str = "", fit: Fit | None = None) -> QuerySet[Reader]:
    """Return the readers of a tier, or all readers for "", without those who withdrew.

    Each is annotated with ``p``, the probability of a return as of ``fit``. It is None for
    readers who came after that day.
    """
    readers = Reader.objects.filter(visits_withdrawn=False).exclude(first_period=None)
    if tier:
        readers = readers.filter(tier=tier)
    if fit is None:
        return readers.annotate(p=Subquery(CellScore.objects.none().values("p_return")))
    scores = CellScore.objects.filter(
        fit=fit,
        x=OuterRef("active_periods") - 1,
        t_x=OuterRef("last_period") - OuterRef("first_period"),
        n=get_period(fit.as_of) - OuterRef("first_period"),
    )
    # After another visit in the same period a reader may have the figures of a different cell.
    scored = Q(last_day__lte=fit.as_of) & ~Q(tier=Tier.PROGRAM)
    p = When(scored, then=Subquery(scores.values("p_return")[:1]))
    return readers.annotate(p=Case(p, default=None))


def filter_by_attitude(readers: QuerySet[Reader], field: str) -> QuerySet[Reader]:
    """Return those of ``readers`` who are in an attitude group."""
    return readers.filter(pk__in=get_classified_attitudes().filter(field=field).values("pk"))


def filter_by_site(readers: QuerySet[Reader], site: Site | None) -> QuerySet[Reader]:
    """Return those who did something, or agreed to visits, on a page of ``site``.

    A visit has no page, so where there is only one site it has all readers.
    """
    if site is None or Site.objects.count() < 2:
        return readers
    roots = site.root_page.get_translations(inclusive=True).values_list("path", flat=True)
    below = Q()
    for path in roots:
        below |= Q(path__startswith=path)
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(below).values("pk")
    mine = {"reader": OuterRef("pk"), "page_id__in": pages}
    return readers.filter(
        Exists(Activity.objects.filter(**mine)) | Exists(Consent.objects.filter(**mine))
    )


def order_by_probability(readers: QuerySet[Reader], *, least_first: bool) -> QuerySet[Reader]:
    """Sort a segment by the probability of a return, readers without one last."""
    p = F("p").asc(nulls_last=True) if least_first else F("p").desc(nulls_last=True)
    return readers.order_by(p, "-active_periods", "pk")


def get_members(readers: list[Reader], fit: Fit | None) -> list[Member]:
    """Return these readers with scores, attitudes and visit days, in four statements."""
    ids = [reader.pk for reader in readers]
    attitudes = Attitude.objects.in_bulk(ids)
    by_reader = VisitDay.objects.filter(reader__in=ids).order_by().values_list("reader_id")
    days = dict(by_reader.annotate(Count("pk")))
    lately = count_visits(ids)
    return [
        Member(
            score,
            attitudes.get(score.reader.pk),
            compute_rfv(score.reader.last_day, *lately.get(score.reader.pk, (0, 0))),
            days.get(score.reader.pk, 0),
        )
        for score in get_reader_scores(readers, fit)
    ]


def iter_members(readers: QuerySet[Reader], fit: Fit | None) -> Iterator[Member]:
    """Iterate over a segment by id, CHUNK readers in memory at a time."""
    last = 0
    while chunk := list(readers.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield from get_members(chunk, fit)
        last = chunk[-1].pk
