"""Telling authors of refusals: one email per decision, through the deliveries ledger.

Emails wait ``UNDO_TIME``, so that a decision that is undone at once is told to nobody.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import swapper
from django.utils import timezone

from cx_feedback.comments.models import Comment, ModerationEvent, Objection
from cx_feedback.comments.objections import refusal_mails
from cx_feedback.comments.objections.refusal_mails import NOTICE, OUTCOME
from cx_feedback.comments.services.refusals import get_refusals, is_told
from cx_feedback.comments.submission.page_rules import get_site_settings
from cx_feedback.core.pages.sites import get_site_id_at_path
from cx_feedback.mail import services as mail
from cx_feedback.mail.models import Delivery

#: Time in which a moderator can take a decision back before its author is told.
UNDO_TIME = datetime.timedelta(minutes=10)


def tells_refusals(page: Any) -> bool:
    """Return whether the site of ``page`` tells authors of refusals."""
    return get_site_settings(get_site_id_at_path(page.url_path or "")).tell_refusals


def queue_notices(events: Sequence[ModerationEvent]) -> int:
    """Queue an email about each of ``events`` that authors are told of.

    Only authors with a verified address get one. The events have been stored, with the same
    action, reason and batch. Returns the number of emails.
    """
    told = [event for event in events if _has_to_be_told(event)]
    if not told:
        return 0
    pages = swapper.load_model("wagtailcore", "Page").objects.in_bulk(
        {event.comment.thread.page_id for event in told}
    )
    telling = {pk: tells_refusals(page) for pk, page in pages.items()}
    by_language: dict[str, list[mail.Recipient]] = {}
    for event in told:
        comment, page = event.comment, pages[event.comment.thread.page_id]
        if telling[page.pk]:
            variables = refusal_mails.get_notice_variables(event, page)
            recipient = _make_recipient(str(event.pk), comment.author_email, comment, variables)
            by_language.setdefault(comment.language, []).append(recipient)
    for language, recipients in by_language.items():
        message = refusal_mails.write_notice(
            told[0].action, language, has_reason=told[0].reason != ""
        )
        _queue(message, f"{NOTICE}{told[0].batch}", recipients)
    return sum(map(len, by_language.values()))


def _has_to_be_told(event: ModerationEvent) -> bool:
    comment = event.comment
    own = comment.user_id is not None and comment.user_id == event.moderator_id
    by_person = event.moderator_id is not None
    return (
        by_person and is_told(event) and not own and comment.verified and comment.author_email != ""
    )


def _make_recipient(
    key: str, address: str, comment: Comment, variables: dict[str, Any]
) -> mail.Recipient:
    return mail.Recipient(
        key=key, address=address, reader_id=comment.reader_id, variables=variables
    )


def _queue(message: Any, mailing: str, recipients: list[mail.Recipient]) -> None:
    common: dict[str, Any] = {
        "message": message,
        "mailing": mailing,
        "due_at": timezone.now() + UNDO_TIME,
        "priority": Delivery.USUAL,
    }
    if len(recipients) == 1:
        mail.queue_delivery(recipient=recipients[0], **common)
    else:
        mail.queue_mailing(recipients=recipients, **common)


def queue_outcome(objection: Objection) -> bool:
    """Queue the email about a settled objection; return whether the author has an address.

    It goes where the refusal was told, because a deleted comment has no address.
    """
    event, comment = objection.event, objection.comment
    told = Delivery.objects.filter(mailing=f"{NOTICE}{event.batch}", recipient_key=str(event.pk))
    address = told.values_list("address", flat=True).first()
    address = address or (comment.author_email if comment.verified else "")
    page = comment.thread.page
    if not address or not tells_refusals(page):
        return False
    variables = refusal_mails.get_outcome_variables(objection, page)
    # By batch: an objection that was decided, reopened and decided again is told twice.
    recipient = _make_recipient(str(objection.batch), address, comment, variables)
    message = refusal_mails.write_outcome(objection, comment.language)
    _queue(message, f"{OUTCOME}{objection.pk}", [recipient])
    return True


def find_unwanted_deliveries(deliveries: Iterable[Delivery]) -> dict[int, str]:
    """Return the reasons not to send deliveries: the decision has been undone or changed."""
    deliveries = list(deliveries)
    notices = {d.pk: int(d.recipient_key) for d in deliveries if d.mailing.startswith(NOTICE)}
    outcomes = {d.pk: d.recipient_key for d in deliveries if d.mailing.startswith(OUTCOME)}
    refused: dict[int, str] = {}
    if notices:
        rows = get_refusals().filter(pk__in=notices.values(), holds=True)
        valid = set(rows.values_list("pk", flat=True))
        refused |= {pk: "Undone" for pk, event in notices.items() if event not in valid}
    if outcomes:
        settled = Objection.objects.filter(batch__in=outcomes.values())
        batches = {str(batch) for batch in settled.values_list("batch", flat=True)}
        refused |= {pk: "Undone" for pk, batch in outcomes.items() if batch not in batches}
    return refused
