"""The daily sample of the spam: moderators say whether comments were put aside rightly."""

import datetime
import random

from django.db import IntegrityError, transaction
from django.db.models import Count, Min, Q, QuerySet, Sum

from cx_feedback.comments.models import Comment, ModerationEvent, SpamSample, State
from cx_feedback.core.pages import site_time

#: Comments drawn in a day.
SAMPLE_SIZE = 10
#: Days of which comments are drawn, if the task did not run for some time.
MAX_DAYS = 7


def draw_spam_sample(*, today: datetime.date | None = None) -> int:
    """Draw some of the comments that were put aside since the last draw; return their number.

    A day is drawn once, however many tasks do it at the same time.
    """
    day = today or site_time.localdate()
    last = SpamSample.objects.order_by("-day").values_list("day", flat=True).first()
    if last is not None and last >= day:
        return 0
    since = max(last or datetime.date.min, day - datetime.timedelta(days=MAX_DAYS))
    recent = get_unchecked_spam().filter(created_at__date__gte=since)
    ids = list(recent.values_list("pk", flat=True))
    drawn = random.SystemRandom().sample(ids, min(SAMPLE_SIZE, len(ids)))
    rows = [
        SpamSample(comment_id=pk, day=day, number=number, weight=len(ids) / len(drawn))
        for number, pk in enumerate(drawn, 1)
    ]
    try:
        with transaction.atomic():
            SpamSample.objects.bulk_create(rows)
    except IntegrityError:
        return 0  # Another task has drawn it.
    return len(rows)


def get_unchecked_spam() -> QuerySet[Comment]:
    """Return the comments that were put aside without a moderator and not drawn yet."""
    put_aside = ModerationEvent.objects.filter(action="admit", to_state=State.SPAM)
    return Comment.objects.filter(
        state=State.SPAM, decided_at__isnull=True, pk__in=put_aside.values("comment")
    ).exclude(pk__in=SpamSample.objects.values("comment"))


def get_open_sample(among: QuerySet[Comment]) -> QuerySet[Comment]:
    """Return the drawn comments that no moderator has checked yet, the oldest first."""
    drawn = SpamSample.objects.values("comment")
    return among.filter(pk__in=drawn, state=State.SPAM, decided_at__isnull=True).order_by("pk")


def get_sampled_share() -> tuple[datetime.date | None, float]:
    """Return since when there are samples, and the share of the spam that was checked in them."""
    checked = Count("pk", filter=Q(comment__decided_at__isnull=False))
    found = SpamSample.objects.aggregate(since=Min("day"), whole=Sum("weight"), checked=checked)
    return found["since"], found["checked"] / found["whole"] if found["whole"] else 1.0
