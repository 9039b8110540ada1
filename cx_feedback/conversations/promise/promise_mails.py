"""The mails to editors before and after a promised time. They hold no reader's words."""

from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.conversations.mails.editor_mails import get_conversation_url
from cx_feedback.conversations.models import PromiseClock, PromiseNotice
from cx_feedback.core.people.account_names import admin_name
from cx_feedback.core.text import languages
from cx_feedback.mail.models import Message

#: Prefixes of mailings in the deliveries ledger, by step.
PREFIXES = {
    PromiseNotice.Step.REMINDER: "conversation-reminder:",
    PromiseNotice.Step.ESCALATION: "conversation-escalation:",
}


def write_promise_mail(clock: PromiseClock, step: PromiseNotice.Step, language: str) -> Message:
    """Return the mail of a step in a language."""
    from cx_feedback.mail.services import create_message  # not what a start needs

    escalated = step == PromiseNotice.Step.ESCALATION
    with translation.override(languages.get_mail_language(language)):
        if escalated:
            subject = _("Overdue: conversation {number} was due {due}")
        else:
            subject = _("Conversation {number} is due {due}")
        context = {"escalated": escalated, "goal": clock.get_goal_display()}
        return create_message(
            subject=subject,
            text=render_to_string("cx_feedback/conversations/mail/promise.txt", context).strip()
            + "\n",
            headers={"Auto-Submitted": "auto-generated"},
            language=language,
        )


def get_variables(clock: PromiseClock, language: str) -> dict[str, str]:
    """Return the values of the mail, its times in the time zone of the calendar."""
    conversation, promise = clock.conversation, clock.promise
    with translation.override(languages.get_mail_language(language)):
        due = ""
        if clock.due_at and promise:
            wall = clock.due_at.astimezone(ZoneInfo(promise.calendar.time_zone))
            due = formats.date_format(wall, "SHORT_DATETIME_FORMAT")
        assignee = conversation.assignee
        return {
            "number": str(conversation.pk),
            "due": due,
            "assignee": admin_name(assignee) if assignee else pgettext("conversation", "Nobody"),
            "url": get_conversation_url(conversation.pk),
        }


def name_promise_mailings(ids: list[str]) -> dict[str, str]:
    """Name the mailings for the list of deliveries."""
    return {pk: _("Mail %s about a promised time, to editors") % pk for pk in ids}
