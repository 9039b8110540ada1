"""SELECTs of the readers who took part in something, from the activity ledger.

The *base* of a touch is the last day of the history before it. A reader who answers or comments
is on the site that day, so the base is the day itself. A reader who gets an email may visit the
site on the same day because of it, so the base is the day before, unless they had already been
there.
"""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from cx_feedback.core.pages.sections import get_sections
from cx_feedback.loyalty.effects.day_numbers import DayNumber
from cx_feedback.loyalty.reports.report_models import Effect
from cx_feedback.readers.models import Activity

Kind = Effect.Kind
Touches = QuerySet[Any, Any]
#: Kinds of activities that happen on a page.
ACTS = ("response", "nps", "comment", "subscription")
ANSWERS = ("response", "nps")
#: The kind that the newsletter app records for a follow-up, for the control group too.
FOLLOW_UP = "follow_up"
#: Kinds of acts that are compared with one another alone, and the emails of rules.
GROUPS = (*ACTS, FOLLOW_UP)
#: Pages of a section per statement.
PAGES = 5000


def iter_touches(since: datetime.date, until: datetime.date) -> Iterator[Touches]:
    """Iterate over SELECTs of (kind, cause id, reader id, base, group) for the days of the range.

    ``group`` is the number of the kind of act in ``GROUPS``.
    """
    acts = _get_acts(ACTS, since, until).filter(page_id__isnull=False)
    yield _select_touches(acts, Kind.ARTICLE, F("page_id"))
    yield from _iter_section_touches(acts)
    answers = _get_acts(ANSWERS, since, until).filter(detail__has_key="survey")
    yield _select_touches(answers, Kind.SURVEY, Cast(KT("detail__survey"), BigIntegerField()))
    mails = get_follow_ups(since, until).filter(detail__held_back=False)
    yield _select_touches(mails, Kind.RULE, rule_id_expression())


def iter_acts(since: datetime.date, until: datetime.date) -> Iterator[Touches]:
    """Iterate over SELECTs of (reader id, base, group, acts) of what readers did in these days.

    The emails of rules are among them, with the readers whom a rule left without its email.
    """
    for rows, base in (
        (_get_acts(ACTS, since, until), "base"),
        (get_follow_ups(since, until), "known"),
    ):
        days = rows.order_by().annotate(grp=get_group_expression()).values("reader_id", base, "grp")
        yield days.annotate(acts=Count("pk")).values_list("reader_id", base, "grp", "acts")


def get_group_expression() -> Case:
    """Return an expression for the number of an act's kind."""
    whens = [When(kind=kind, then=Value(n)) for n, kind in enumerate(GROUPS)]
    return Case(*whens, output_field=IntegerField())


def get_follow_ups(since: datetime.date, until: datetime.date) -> QuerySet[Activity]:
    """Return the follow-ups of these days, each with its ``base``."""
    here = When(detail__here=True, then=F("base"))
    rows = _get_acts((FOLLOW_UP,), since, until).filter(detail__has_key="rule")
    return rows.annotate(known=Case(here, default=F("base") - 1))


def rule_id_expression() -> Cast:
    """Return an expression for the rule of a follow-up in the ledger."""
    return Cast(KT("detail__rule"), BigIntegerField())


def _get_acts(
    kinds: tuple[str, ...], since: datetime.date, until: datetime.date
) -> QuerySet[Activity]:
    zone = timezone.get_default_timezone()
    start = datetime.datetime.combine(since, datetime.time(), zone)
    end = datetime.datetime.combine(until + datetime.timedelta(days=1), datetime.time(), zone)
    day = DayNumber(TruncDate("at", tzinfo=zone))
    return Activity.objects.filter(kind__in=kinds, at__gte=start, at__lt=end).annotate(base=day)


def _select_touches(rows: QuerySet[Any], kind: str, cause: Any) -> Touches:
    base = "known" if "known" in rows.query.annotations else "base"
    named = Value(str(kind), output_field=CharField())
    found = rows.order_by().annotate(cause=cause, grp=get_group_expression())
    return found.values_list(named, "cause", "reader_id", base, "grp").distinct()


def _iter_section_touches(acts: QuerySet[Activity]) -> Iterator[Touches]:
    """Iterate over the SELECTs of the pages of each section, PAGES at a time."""
    pages = acts.order_by().values_list("page_id", flat=True).distinct()
    by_section: dict[int, list[int]] = {}
    for page, section in get_sections(pk for pk in pages if pk is not None).items():
        by_section.setdefault(section, []).append(page)
    for section, ids in sorted(by_section.items()):
        for start in range(0, len(ids), PAGES):
            some = acts.filter(page_id__in=ids[start : start + PAGES])
            yield _select_touches(
                some, Kind.SECTION, Value(section, output_field=BigIntegerField())
            )
