"""Entries about moderators' actions in Wagtail's audit log."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry

from cx_feedback.comments.models import Comment


@dataclass(frozen=True)
class LogLine:
    """The change of one comment, for the audit log."""

    comment: Comment
    before: str
    after: str
    detail: dict[str, Any] = field(default_factory=dict)


def write_audit_log(
    action: str, lines: list[LogLine], moderator: Any, now: datetime.datetime
) -> None:
    """Write ``lines`` under the action ``cx_feedback.comments.comment.<action>``."""
    if not lines:
        return
    context = get_active_log_context()
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=ContentType.objects.get_for_model(Comment),
            object_id=str(line.comment.pk),
            label=str(line.comment),
            action=f"cx_feedback.comments.comment.{action}",
            timestamp=now,
            user=moderator or context.user,
            uuid=context.uuid,
            data={"from": line.before, "to": line.after, **line.detail},
        )
        for line in lines
    )


def delete_logged_reasons(comment_ids: list[int]) -> None:
    """Delete moderators' reasons from the log, because they may describe the author."""
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Comment),
        object_id__in=[str(pk) for pk in comment_ids],
        action__startswith="cx_feedback.comments.comment.",
    )
    with_reason = [entry for entry in entries if "reason" in entry.data]
    for entry in with_reason:
        entry.data = {key: value for key, value in entry.data.items() if key != "reason"}
    ModelLogEntry.objects.bulk_update(with_reason, ["data"], batch_size=500)
