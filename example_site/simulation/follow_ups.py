"""Let rules that hold some readers back have run for weeks, so that there is something to compare.

The mails have no effect on the simulated visits: whoever looks long enough must find none.
"""

import datetime

from django.utils import timezone

from cx_feedback.newsletter.models import FollowUpRule, Subscription
from cx_feedback.newsletter.rules import hold_back
from cx_feedback.readers.models import Activity
from example_site.simulation.calendar import Calendar


def follow_up_silences(calendar: Calendar) -> int:
    """Write once to each subscriber of a rule with an experiment; return how many."""
    rows = []
    for rule in FollowUpRule.objects.filter(hold_back__gt=0, trigger=FollowUpRule.Trigger.SILENT):
        subscribed = set(
            Subscription.objects.filter(
                mailing_list=rule.mailing_list, language=rule.language, reader__isnull=False
            ).values_list("reader_id", flat=True)
        )
        for row, reader in enumerate(calendar.readers):
            if reader.pk in subscribed:
                rows.append(_follow_up(rule, row, calendar))
    return len(Activity.objects.bulk_create(rows))


def _follow_up(rule: FollowUpRule, row: int, calendar: Calendar) -> Activity:
    """Write on some day after the first visit, whatever visits come before or after it."""
    days, reader = calendar.days[row], calendar.readers[row]
    weeks = (timezone.localdate() - days[0]).days // 7
    day = days[0] + datetime.timedelta(days=int(calendar.rng.integers(0, max(1, 7 * weeks))))
    detail = {
        "rule": rule.pk,
        "held_back": hold_back.is_held_back(rule, reader.pk),
        "percent": rule.hold_back,
        "here": day in days,
    }
    at = calendar.instant(day)
    return Activity(reader=reader, kind=hold_back.ACTIVITY_KIND, detail=detail, at=at)
