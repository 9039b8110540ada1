"""The last look before any mail of the newsletter goes out: is it wanted, may it go now?"""

import datetime

from django.utils import timezone

from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.rendering import mail_renderer
from cx_feedback.newsletter.rules.follow_up_eligibility import (
    get_newsletter_settings,
    get_quiet_hours,
)
from cx_feedback.newsletter.rules.quiet_hours import get_time_zone
from cx_feedback.newsletter.services.subject_tests import get_test_postponements


def find_obstacles(deliveries: list[Delivery]) -> dict[int, str | datetime.datetime]:
    """Return for the deliveries that may not go now why, or until when, by id.

    Mails to recipients without a confirmed subscription are refused. Follow-ups are postponed
    during quiet hours, and issues until their subject test has ended.
    """
    ours: dict[int, int] = {}
    for delivery in deliveries:
        if delivery.mailing.startswith((mail_renderer.RULE, mail_renderer.ISSUE)):
            key = delivery.recipient_key.partition(":")[0]
            ours[delivery.pk] = int(key) if key.isdigit() else 0
    if not ours:
        return {}
    confirmed = dict(
        Subscription.objects.filter(
            pk__in=set(ours.values()), state=Subscription.State.CONFIRMED
        ).values_list("pk", "time_zone")
    )
    refusals: dict[int, str | datetime.datetime] = {}
    refusals |= get_test_postponements(deliveries)
    quiet, now = get_quiet_hours(get_newsletter_settings()), timezone.now()
    rules = {d.pk for d in deliveries if d.mailing.startswith(mail_renderer.RULE)}
    for pk, subscription_id in ours.items():
        if subscription_id not in confirmed:
            refusals[pk] = "Unsubscribed"
        elif (
            pk in rules
            and quiet
            and (until := quiet.get_end(now, get_time_zone(confirmed[subscription_id])))
        ):
            refusals[pk] = until
    return refusals
