"""Days that editors mark as not counted: one line each, with a first and a last day."""

import datetime
import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import Max, Min, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cx_feedback.core.pages import site_time
from cx_feedback.readers.models import VisitDay
from cx_feedback.readers.periods import EARLIEST

#: Most lines of days without counting.
MOST_MARKS = 100
#: What stands between the two days of a line; people write it in their own language.
TO = re.compile(r" (?:to|a|bis|–|-) ")

#: A first and a last day, both inclusive.
Days = tuple[datetime.date, datetime.date]


def parse_marked_days(text: str) -> list[Days]:
    """Return (first day, last day) of each line that isn't empty. Raises ValueError."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        first, last = (part.strip() for part in ([*TO.split(line, maxsplit=1), ""])[:2])
        days = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last or first)
        if days[1] < days[0]:
            raise ValueError(line)
        found.append(days)
    return found


def check_marked_days(text: str) -> None:
    """Raise ValidationError for lines that are no days, or that leave no visit to score."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_MARKS:
        raise ValidationError(_("Enter at most %d lines; join days that adjoin.") % MOST_MARKS)
    marked: list[Days] = []
    for line in lines:
        try:
            marked += parse_marked_days(line)
        except ValueError:
            words = _("Write a day or two days, like 2026-03-01 to 2026-03-10, not “%s”.")
            raise ValidationError(words % line[:60]) from None
        if marked[-1][1] > site_time.localdate():
            raise ValidationError(_("“%s” lies in the future.") % line[:60])
    yesterday = site_time.localdate() - datetime.timedelta(days=1)
    if covers_everything(marked, yesterday):
        raise ValidationError(_describe_cover(yesterday))


def covers_everything(marked: Sequence[Days], as_of: datetime.date) -> bool:
    """Return whether there are visits up to a day, and all of them are of marked days."""
    if not marked:
        return False
    visits = VisitDay.objects.filter(day__gte=EARLIEST, day__lte=as_of)
    within = Q()
    for first, last in marked:
        within |= Q(day__gte=first, day__lte=last)
    return not visits.exclude(within).exists() and visits.exists()


def _describe_cover(as_of: datetime.date) -> str:
    visits = VisitDay.objects.filter(day__gte=EARLIEST, day__lte=as_of)
    ends = visits.aggregate(first=Min("day"), last=Max("day"))
    return _(
        "These days cover all visits that are known, from %(first)s to %(last)s, so nothing could "
        "be scored. Leave out the days on which visits were counted."
    ) % {"first": date_format(ends["first"]), "last": date_format(ends["last"])}
