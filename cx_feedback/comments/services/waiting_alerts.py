"""Telling moderators that something waits longer than the site sets.

A job looks every ten minutes. A ``WaitingAlert`` is open from then until nothing waits that long.
Each moderator of a section where something is late gets one email per alert: its row in the
deliveries ledger is unique.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from cx_feedback.comments.models import (
    Comment,
    CommentRevision,
    CommentSettings,
    Objection,
    State,
    WaitingAlert,
)
from cx_feedback.comments.moderation.waiting_alert_mail import ALERT, write_alert_mail
from cx_feedback.comments.permissions import get_all_moderators, get_scope
from cx_feedback.core.pages.sites import get_site_id_at_path
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery

#: Days for which an alert that ended is kept.
KEPT_DAYS = 30


def get_late_comments(before: datetime.datetime) -> list[QuerySet[Comment]]:
    """Return what has waited since ``before``: comments, edits, and objections.

    They are separate, since each has an index of its own. A comment can be in two of them.
    """
    since = Coalesce("decided_at", "created_at")
    objections = Objection.objects.filter(
        comment=OuterRef("pk"), state=Objection.State.OPEN, created_at__lt=before
    )
    edits = CommentRevision.objects.filter(
        comment=OuterRef("pk"), number=OuterRef("proposed"), created_at__lt=before
    )
    rows = Comment.objects.all()
    return [
        rows.filter(state=State.PENDING).alias(since=since).filter(since__lt=before),
        rows.filter(Exists(edits), proposed__isnull=False),
        rows.filter(Exists(objections), objected=True),
    ]


def alert_moderators(*, now: datetime.datetime | None = None) -> int:
    """Begin and end alerts, and queue the emails; return their number. Can run concurrently."""
    now = now or timezone.now()
    watched = list(CommentSettings.objects.filter(alert_hours__gt=0).select_related("site"))
    stale = WaitingAlert.objects.filter(ended_at__lt=now - datetime.timedelta(days=KEPT_DAYS))
    stale.delete()
    unwatched = WaitingAlert.objects.filter(ended_at__isnull=True)
    unwatched.exclude(site__in=[row.site_id for row in watched]).update(ended_at=now)
    return sum(_check_site(settings, now) for settings in watched)


@transaction.atomic
def _check_site(settings: CommentSettings, now: datetime.datetime) -> int:
    late = _count_late_by_page(settings.site_id, now - get_patience(settings))
    if not late:
        open_alert = WaitingAlert.objects.filter(site=settings.site_id, ended_at__isnull=True)
        open_alert.update(ended_at=now)
        return 0
    alert, _new = WaitingAlert.objects.get_or_create(
        site=settings.site, ended_at=None, defaults={"begun_at": now}
    )
    return _queue_mails(alert, settings, late)


def get_patience(settings: CommentSettings) -> datetime.timedelta:
    """Return how long something may wait on a site."""
    return datetime.timedelta(hours=settings.alert_hours)


def _count_late_by_page(site_id: int, before: datetime.datetime) -> Counter[str]:
    """Return the number of late comments by path of their page, of one site."""
    late: Counter[str] = Counter()
    for rows in get_late_comments(before):
        by_page = rows.order_by().values_list("thread__page__path", "thread__page__url_path")
        for path, url_path, number in by_page.annotate(n=Count("pk")):
            if get_site_id_at_path(url_path or "") == site_id:
                late[path] += number
    return late


def _queue_mails(alert: WaitingAlert, settings: CommentSettings, late: Mapping[str, int]) -> int:
    mailing = f"{ALERT}{alert.pk}"
    told = Delivery.objects.filter(mailing=mailing).values_list("recipient_key", flat=True)
    by_language: dict[str, list[mail.Recipient]] = {}
    for user in _list_untold(set(told)):
        scope = get_scope(user)
        number = sum(count for path, count in late.items() if scope.holds(path))
        if number:
            recipient = mail.Recipient(
                key=str(user.pk), address=user.email, variables={"number": number}
            )
            by_language.setdefault(_get_language(user), []).append(recipient)
    for language, recipients in by_language.items():
        message = write_alert_mail(settings.site, settings.alert_hours, language)
        for recipient in recipients:
            mail.queue_delivery(
                message=message, mailing=mailing, recipient=recipient, priority=Delivery.USUAL
            )
    return sum(map(len, by_language.values()))


def _list_untold(told: set[str]) -> list[Any]:
    rows = get_all_moderators().exclude(email="").select_related("wagtail_userprofile")
    return [user for user in rows.order_by("pk") if str(user.pk) not in told]


def _get_language(user: Any) -> str:
    profile = getattr(user, "wagtail_userprofile", None)
    return str(getattr(profile, "preferred_language", "") or "")


def find_unwanted_deliveries(deliveries: Iterable[Delivery]) -> dict[int, str]:
    """Return the reasons not to send deliveries: nothing waits that long any more."""
    ours = {d.pk: d.mailing.removeprefix(ALERT) for d in deliveries if d.mailing.startswith(ALERT)}
    if not ours:
        return {}
    rows = WaitingAlert.objects.filter(pk__in=ours.values(), ended_at__isnull=True)
    open_alerts = {str(pk) for pk in rows.values_list("pk", flat=True)}
    return {pk: "Nothing waits any more" for pk, alert in ours.items() if alert not in open_alerts}
