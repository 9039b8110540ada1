"""Mails to editors before and after a promised time, each once.

A clock has the times at which they go out. In one transaction its time is taken away, the
``PromiseNotice``, which is unique, is stored, and the mails are queued in the ledger: a worker that
is killed has done all of it or nothing, and the next run finds what is left.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from cx_feedback.conversations.mails.editor_mails import get_editor_language
from cx_feedback.conversations.models import PromiseClock, PromiseNotice
from cx_feedback.conversations.permissions import get_editors
from cx_feedback.conversations.promise.promise_mails import (
    PREFIXES,
    get_variables,
    write_promise_mail,
)
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery

Step = PromiseNotice.Step
_COLUMNS = {Step.REMINDER: "remind_at", Step.ESCALATION: "escalate_at"}
#: Accounts that get one mail at most.
MOST_RECIPIENTS = 50


def send_due_notices(*, now: datetime.datetime | None = None) -> int:
    """Queue the mails that are due, and return the number of notices. Can run concurrently."""
    now, done = now or timezone.now(), 0
    for step, column in _COLUMNS.items():
        while _send_next(step, column, now):
            done += 1
    return done


@transaction.atomic
def _send_next(step: PromiseNotice.Step, column: str, now: datetime.datetime) -> bool:
    """Send the notice that has been due for longest; return False if there is none."""
    due = PromiseClock.objects.filter(**{f"{column}__lte": now}).order_by(column, "pk")
    clock = due.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
    if clock is None:
        return False
    setattr(clock, column, None)
    clock.save(update_fields=[column])
    _notice, is_new = PromiseNotice.objects.get_or_create(
        clock=clock, step=step, defaults={"created_at": now}
    )
    if is_new:
        _queue_mails(clock, step)
    return True


def _queue_mails(clock: PromiseClock, step: PromiseNotice.Step) -> None:
    for user in _find_recipients(clock, step):
        language = get_editor_language(user)
        mail.queue_delivery(
            message=write_promise_mail(clock, step, language),
            mailing=f"{PREFIXES[step]}{clock.pk}",
            recipient=mail.Recipient(
                key=str(user.pk), address=user.email, variables=get_variables(clock, language)
            ),
            policy=Delivery.Policy.AT_MOST_ONCE,
            priority=Delivery.USUAL,
        )


def _find_recipients(clock: PromiseClock, step: PromiseNotice.Step) -> list[Any]:
    """Return who is reminded: the assignee, or all who may answer. Escalations go to the group."""
    users = get_user_model()._default_manager.filter(is_active=True)
    conversation, promise = clock.conversation, clock.promise
    if step == Step.ESCALATION:
        group = promise.escalate_to_id if promise else None
        users = users.filter(groups=group) if group else users.none()
    elif conversation.assignee_id:
        users = users.filter(pk=conversation.assignee_id)
    else:
        users = get_editors()
    rows = users.exclude(email="").select_related("wagtail_userprofile").order_by("pk")
    return list(rows[:MOST_RECIPIENTS])


def find_unwanted_deliveries(deliveries: Iterable[Delivery]) -> dict[int, str]:
    """Return the reasons not to send deliveries: meanwhile the reader was answered."""
    prefixes = tuple(PREFIXES.values())
    ours = {
        one.pk: one.mailing.rpartition(":")[2]
        for one in deliveries
        if one.mailing.startswith(prefixes)
    }
    if not ours:
        return {}
    running = PromiseClock.objects.filter(pk__in=ours.values(), running_since__isnull=False)
    waiting = {str(pk) for pk in running.values_list("pk", flat=True)}
    return {pk: "Nobody waits any more" for pk, clock in ours.items() if clock not in waiting}
