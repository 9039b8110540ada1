"""Emails to followers: the opt-in email and one for each new comment."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.comments.following import signed_links
from cx_feedback.comments.models import Comment, Follow
from cx_feedback.core.text import languages
from cx_feedback.core.text.plain_text import convert_to_text
from cx_feedback.mail.messages.list_headers import build_list_id, build_unsubscribe_headers
from cx_feedback.mail.models import Message
from cx_feedback.mail.services import create_message

#: Prefixes of mailings in the deliveries ledger.
OPT_IN, NEWS = "follow-optin:", "follow:"
#: Characters of a comment that are quoted in an email.
EXCERPT = 600


def get_opt_in_mailing(follow: Follow) -> str:
    """Return the mailing of the opt-in emails of one follow."""
    return f"{OPT_IN}{follow.pk}"


def get_mail_variables(follow: Follow, *, confirm: bool = False) -> dict[str, Any]:
    """Return the values of the placeholders in the email to one follower."""
    page = follow.thread.page
    values: dict[str, Any] = {
        "follow": follow.pk,
        "end_url": signed_links.get_end_url(page, follow.pk),
    }
    if confirm:
        asked = follow.asked_at.timestamp()
        values["confirm_url"] = signed_links.get_confirm_url(page, follow.pk, asked)
    return values


def write_opt_in_mail(follow: Follow) -> Message:
    """Return the opt-in email."""
    page = follow.thread.page
    with translation.override(languages.get_mail_language(follow.language)):
        context = {
            "title": escape_braces(page.title),
            "url": page.full_url,
            "comment": follow.comment,
        }
        subject = _("Confirm that you want to follow “%s”") % escape_braces(page.title)
        return _write_mail("follow_confirm", subject, context, follow.language)


def write_new_comment_mail(comment: Comment, language: str) -> Message:
    """Return the email about a new comment, the same for all followers with ``language``."""
    page = comment.thread.page
    with translation.override(languages.get_mail_language(language)):
        context = {
            "title": escape_braces(page.title),
            "name": escape_braces(comment.name),
            "words": escape_braces(_get_excerpt(comment)),
            "url": signed_links.get_comment_url(page, comment.pk),
        }
        names = {"name": context["name"], "title": context["title"]}
        subject = pgettext("comment", "%(name)s commented on “%(title)s”") % names
        thread = build_list_id("thread", comment.thread_id, signed_links.get_site_url(page))
        return _write_mail("new_comment", subject, context, language, {"List-Id": thread})


def _get_excerpt(comment: Comment) -> str:
    """Return the beginning of a comment as words and lines, without the marks of Markdown."""
    text = convert_to_text(comment.html, width=None, quotes=("“", "”"))
    return Truncator(text.strip()).chars(EXCERPT)


def escape_braces(words: str) -> str:
    """Replace typed braces, which would be read as placeholders."""
    return words.replace("{", "(").replace("}", ")")


def _write_mail(
    name: str,
    subject: str,
    context: dict[str, Any],
    language: str,
    more: Mapping[str, str] | None = None,
) -> Message:
    subject = Truncator(" ".join(subject.split())).chars(200)
    context |= {"subject": subject, "language": translation.get_language() or ""}
    template = f"cx_feedback/comments/mail/{name}"
    headers = {
        **build_unsubscribe_headers("{end_url}"),
        "Auto-Submitted": "auto-generated",
        **(more or {}),
    }
    return create_message(
        subject=subject,
        text=render_to_string(f"{template}.txt", context).strip() + "\n",
        html=render_to_string(f"{template}.html", context),
        headers=headers,
        language=language,
    )
