"""Emails about refusals: the reason if there is one, and how an objection ended.

They hold no words of the comment: a mail can be forwarded.
"""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cx_feedback.comments.models import Comment, ModerationEvent, Objection
from cx_feedback.comments.objections.objection_links import get_objection_url
from cx_feedback.core.pages import site_time
from cx_feedback.core.text import languages
from cx_feedback.mail.models import Message
from cx_feedback.mail.services import create_message

#: Prefixes of mailings in the deliveries ledger.
NOTICE, OUTCOME = "comment-refused:", "comment-objection:"

#: What was done to a comment, by action.
REFUSALS: dict[str, Any] = {
    "reject": gettext_lazy("Your comment was not published."),
    "hide": gettext_lazy("Your comment was taken off the page."),
    "delete": gettext_lazy("Your comment was deleted."),
    "refuse_edit": gettext_lazy("The change to your comment was not published."),
    "edit": gettext_lazy("The site has edited your comment."),
}
_OUTCOMES: dict[str, Any] = {
    Objection.State.UPHELD: pgettext_lazy("objection", "We accept your objection."),
    Objection.State.DISMISSED: pgettext_lazy("objection", "We stay with our decision."),
}


def write_notice(action: str, language: str, *, has_reason: bool) -> Message:
    """Return the mail about refusals by ``action``, the same for all authors."""
    with translation.override(languages.get_mail_language(language)):
        context = {"done": str(REFUSALS[action]), "has_reason": has_reason}
        return _write_mail("refusal", _("About your comment on “{page}”"), context, language)


def get_notice_variables(event: ModerationEvent, page: Any) -> dict[str, Any]:
    """Return the values of the placeholders in the mail about one refusal."""
    return {**_get_variables(event, page), "reason": event.reason}


def write_outcome(objection: Objection, language: str) -> Message:
    """Return the mail about how an objection ended."""
    with translation.override(languages.get_mail_language(language)):
        context = {
            "outcome": str(_OUTCOMES[objection.state]),
            # Undone refusals can wait again, and deleted words do not come back.
            "restored": objection.is_restored,
            "about_text": objection.is_about_text,
            "answered": bool(objection.answer),
            "alone": objection.decided_alone,
            "again": objection.moderator_id in {objection.event.moderator_id} - {None},
        }
        subject = _("Your objection about your comment on “{page}”")
        return _write_mail("objection_outcome", subject, context, language)


def get_outcome_variables(objection: Objection, page: Any) -> dict[str, Any]:
    """Return the values of the placeholders in the mail about one objection."""
    return {**_get_variables(objection.event, page), "answer": objection.answer}


def name_notices(batches: list[str]) -> dict[str, str]:
    """Name the mailings of refusals for the list of deliveries."""
    return {batch: _("Reasons for a refusal, to authors") for batch in batches}


def name_outcomes(ids: list[str]) -> dict[str, str]:
    """Name the mailings of outcomes for the list of deliveries."""
    return {pk: _("Outcome of objection %s, to its author") % pk for pk in ids}


def _get_variables(event: ModerationEvent, page: Any) -> dict[str, Any]:
    comment: Comment = event.comment
    with translation.override(languages.get_mail_language(comment.language)):
        written = date_format(site_time.localtime(comment.created_at), "DATE_FORMAT")
    return {
        "page": " ".join(page.title.split()),
        "date": written,
        "url": get_objection_url(page, event.pk),
    }


def _write_mail(name: str, subject: str, context: dict[str, Any], language: str) -> Message:
    context |= {"subject": subject, "language": translation.get_language() or ""}
    template = f"cx_feedback/comments/mail/{name}"
    headers = {"Auto-Submitted": "auto-generated"}
    return create_message(
        subject=subject,
        text=render_to_string(f"{template}.txt", context).strip() + "\n",
        html=render_to_string(f"{template}.html", context),
        headers=headers,
        language=language,
    )
