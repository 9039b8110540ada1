"""Mails to editors: their language, the link in them, and the mail about a mention.

They hold no words of readers or editors, whose mailboxes aren't those of the room.
"""

from typing import Any
from urllib.parse import urljoin

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_admin_base_url
from wagtail.models import Site

from cx_feedback.core.text import languages
from cx_feedback.mail.models import Message

#: The prefix of mailings of mentions in the deliveries ledger; the id of the note follows.
MENTION = "conversation-mention:"


def get_editor_language(user: Any) -> str:
    """Return the language that an account chose in Wagtail, "" for none."""
    profile = getattr(user, "wagtail_userprofile", None)
    return str(getattr(profile, "preferred_language", "") or "")


def get_conversation_url(conversation_id: int) -> str:
    """Return the absolute URL of a conversation in the admin."""
    site = Site.objects.filter(is_default_site=True).first()
    root = str(get_admin_base_url() or (site.root_url if site else ""))
    return urljoin(f"{root}/", reverse("cx_conversations:conversation", args=[conversation_id]))


def write_mention_mail(language: str) -> Message:
    """Return the mail about a mention in a language."""
    from cx_feedback.mail.services import create_message  # not what a start needs

    with translation.override(languages.get_mail_language(language)):
        return create_message(
            subject=_("{author} mentions you in conversation {number}"),
            text=render_to_string("cx_feedback/conversations/mail/mention.txt").strip() + "\n",
            headers={"Auto-Submitted": "auto-generated"},
            language=language,
        )


def name_mention_mailings(ids: list[str]) -> dict[str, str]:
    """Name the mailings for the list of deliveries."""
    return {pk: _("Mail about mentions in note %s, to editors") % pk for pk in ids}
