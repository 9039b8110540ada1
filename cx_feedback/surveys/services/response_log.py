"""Entries about single responses in Wagtail's audit log; none holds an answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry

from cx_feedback.surveys.models import Response, Survey

_PREFIX = "cx_feedback.surveys.response"
MARK_ACTION = f"{_PREFIX}.mark"
DELETE_ACTION = f"{_PREFIX}.delete"
TAG_ACTION = f"{_PREFIX}.tag"
NOTE_ACTION = f"{_PREFIX}.note"


@dataclass(frozen=True)
class LogLine:
    """One event in the log of a response."""

    response_id: int
    data: dict[str, Any] = field(default_factory=dict)


def write_response_log(action: str, survey: Survey, lines: Iterable[LogLine], user: Any) -> None:
    """Write an entry for each response; one statement for any number of them."""
    context, now = get_active_log_context(), timezone.now()
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=ContentType.objects.get_for_model(Response),
            object_id=str(line.response_id),
            label=_("Response %(id)d to “%(survey)s”")
            % {"id": line.response_id, "survey": survey.title[:100]},
            action=action,
            timestamp=now,
            user=user or context.user,
            uuid=context.uuid,
            deleted=action == DELETE_ACTION,
            data={"survey": survey.pk, **line.data},
        )
        for line in lines
    )


def get_response_log(response_id: int) -> QuerySet[ModelLogEntry]:
    """Return the entries about a response, which may be deleted, newest first."""
    entries: QuerySet[ModelLogEntry] = (
        ModelLogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Response),
            object_id=str(response_id),
        )
        .select_related("user")
        .order_by("-timestamp", "-pk")
    )
    return entries


def erase_tags_from_log(response_ids: Iterable[int]) -> None:
    """Take the names of tags out of the entries about responses whose reader is erased."""
    entries = list(
        ModelLogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Response),
            object_id__in=[str(pk) for pk in response_ids],
            action=TAG_ACTION,
        )
    )
    for entry in entries:
        names = dict.fromkeys(entry.data.keys() & {"added", "removed"}, "…")
        entry.data = {**entry.data, **names}
    ModelLogEntry.objects.bulk_update(entries, ["data"], batch_size=500)
