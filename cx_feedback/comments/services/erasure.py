"""Erasure of a person's comments. The thread keeps its structure."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from cx_feedback.comments.following import notification_mails
from cx_feedback.comments.models import (
    Comment,
    ModerationEvent,
    Objection,
    SpamCheck,
    SpamReport,
    State,
    Thread,
)
from cx_feedback.comments.rendering import thread_renderer
from cx_feedback.comments.selectors import get_comments_of_person
from cx_feedback.comments.services.audit_log import delete_logged_reasons
from cx_feedback.comments.services.counters import StateChange, update_counters
from cx_feedback.comments.services.decisions import lock_comments
from cx_feedback.comments.services.revisions import delete_revisions
from cx_feedback.core import signals
from cx_feedback.mail import services as mail


@transaction.atomic
def erase_comments(*, reader_ids: list[int], email: str = "") -> int:
    """Erase a person's comments and return their number. The thread keeps its structure.

    The text is also removed from the emails that announced the comments to followers.
    """
    ids = list(
        get_comments_of_person(reader_ids=reader_ids, email=email).values_list("pk", flat=True)
    )
    erase_texts(lock_comments(ids))
    return len(ids)


def erase_texts(comments: list[Comment]) -> None:
    """Erase locked comments: texts, names, addresses and what moderators wrote about them."""
    ids = [comment.pk for comment in comments]
    changes = [StateChange(c, c.state, State.ERASED) for c in comments if c.state != State.ERASED]
    Comment.objects.filter(pk__in=ids).update(
        state=State.ERASED,
        author_name="",
        author_email="",
        text="",
        html="",
        search_text="",
        reader=None,
        user=None,
        author_key="",
        client_hash="",
        spam_findings=[],
        shingle_first=None,
        shingle_second=None,
        idempotency_key="",
        proposed=None,
        objected=False,
        decided_at=timezone.now(),
    )
    delete_revisions(ids)
    ModerationEvent.objects.filter(comment__in=ids).update(reason="", spam_findings=[])
    Objection.objects.filter(comment__in=ids).delete()
    SpamCheck.objects.filter(comment__in=ids).delete()
    SpamReport.objects.filter(comment__in=ids).delete()
    delete_logged_reasons(ids)
    mail.erase_messages(mailings=[f"{notification_mails.NEWS}{pk}" for pk in ids])
    update_counters(changes)
    signals.comments_removed.send(Comment, comment_ids=ids)
    threads = {comment.thread_id for comment in comments}
    pages = list(Thread.objects.filter(pk__in=threads).values_list("page_id", flat=True))
    transaction.on_commit(partial(thread_renderer.delete_rendered_parts, pages))
