"""Keeping the counts of the yearly table when comments are deleted with their log."""

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.db.models.functions import ExtractYear
from django.utils import timezone

from cx_feedback.comments.models import Comment, Flag, ModerationEvent, Objection, PastDecision
from cx_feedback.comments.moderation.rejection_reasons import get_known_reasons

#: Actions of authors that have the names of moderators' actions, and no batch.
_ALSO_OF_AUTHORS = ("edit", "delete")


@transaction.atomic
def count_past_decisions(comments: QuerySet[Comment]) -> None:
    """Add the log of ``comments`` to the counts. Call it in the transaction that deletes them."""
    year = ExtractYear("created_at", tzinfo=timezone.get_default_timezone())
    known = get_known_reasons()
    events = ModerationEvent.objects.filter(comment__in=comments, undone=False)
    events = events.exclude(action__in=_ALSO_OF_AUTHORS, batch__isnull=True)
    counted = events.order_by().values_list(year, "action", "to_state", "reason")
    for of_year, action, state, reason, count in counted.annotate(n=Count("pk")):
        kept = reason if not reason or reason in known else PastDecision.OTHER_REASON
        _add(of_year, "event", action, state, kept, count=count)
    flags = Flag.objects.filter(comment__in=comments).order_by()
    for of_year, reason, state, count in flags.values_list(year, "reason", "state").annotate(
        n=Count("pk")
    ):
        _add(of_year, "report", reason, state, count=count)
    alone = Objection.objects.filter(comment__in=comments, decided_alone=True).order_by()
    for of_year, count in alone.values_list(year).annotate(n=Count("pk")):
        _add(of_year, "alone", "", "", count=count)


def _add(year: int, subject: str, kind: str, state: str, reason: str = "", *, count: int) -> None:
    row, _new = PastDecision.objects.get_or_create(
        year=year, subject=subject, kind=kind, state=state, reason=reason
    )
    PastDecision.objects.filter(pk=row.pk).update(count=F("count") + count)
