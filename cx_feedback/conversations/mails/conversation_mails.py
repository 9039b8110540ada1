"""The mails to readers: an answer, a new link, and the question whether an address is theirs."""

import datetime
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.core.signing import BadSignature, TimestampSigner
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.conversations.mails.conversation_links import get_site_url
from cx_feedback.conversations.models import Conversation
from cx_feedback.core import conf
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text import languages
from cx_feedback.mail.models import Message
from cx_feedback.mail.services import create_message

#: Prefixes of mailings in the deliveries ledger.
ANSWER, LINK, PROOF = "conversation:", "conversation-link:", "conversation-proof:"
_SALT = "cx_feedback.conversations.proof"


def get_proof_mailing(day: datetime.date) -> str:
    """Return the mailing of a day: an address is in it once."""
    return f"{PROOF}{day.isoformat()}"


def get_address_key(email: str) -> str:
    """Return what stands for an address in mailings and links."""
    return salted_hmac(_SALT, email, algorithm="sha256").hexdigest()[:32]


def get_proof_url(conversation: Conversation) -> str:
    """Return the URL that proves the address of a conversation."""
    value = f"{conversation.pk}-{get_address_key(conversation.email)}"
    token = TimestampSigner(salt=_SALT).sign(value)
    path = reverse("cx_feedback:conversation-proof", args=[token])
    return f"{get_site_url(conversation)}{path}"


def read_proof_token(token: str) -> tuple[int, str]:
    """Return the conversation's id and the address's key; raises InvalidInput naming ``link``."""
    days = datetime.timedelta(days=conf.get("CONVERSATIONS_LINK_DAYS"))
    try:
        value = TimestampSigner(salt=_SALT).unsign(token, max_age=days)
    except BadSignature:
        message = _("This link has expired or is incomplete. Please write to us again.")
        raise InvalidInput(fields={"link": [message]}) from None
    pk, _dash, key = value.partition("-")
    return int(pk), key


def write_answer_mail(conversation: Conversation, *, with_words: bool, threaded: bool) -> Message:
    """Return the mail of an answer; its words, subject and links are values of the delivery."""
    headers = {"Auto-Submitted": "no"}
    if threaded:
        headers |= {"In-Reply-To": "{previous_id}", "References": "{earlier_ids}"}
    return _write_mail("answer", conversation, "{subject}", headers, with_words=with_words)


def write_link_mail(conversation: Conversation) -> Message:
    """Return the mail with a new link."""
    with translation.override(languages.get_mail_language(conversation.language)):
        subject = _("Your conversation with {site}")
    return _write_mail("link", conversation, subject, {"Auto-Submitted": "auto-generated"})


def write_proof_mail(conversation: Conversation) -> Message:
    """Return the mail that asks whether an address is its owner's. It holds nothing typed."""
    with translation.override(languages.get_mail_language(conversation.language)):
        subject = _("Did you write to {site}?")
    return _write_mail("proof", conversation, subject, {"Auto-Submitted": "auto-generated"})


def get_subject(conversation: Conversation) -> str:
    """Return the subject of the mails of a conversation."""
    return pgettext("mail", "Re: %s") % (conversation.subject or _("Your message to us"))


def get_host(conversation: Conversation) -> str:
    """Return the host of the site, which mails name."""
    return urlsplit(get_site_url(conversation)).netloc


def name_mailings(ids: Iterable[str]) -> dict[str, str]:
    """Return names of the mailings of answers, by message ID."""
    return {pk: _("Answer %s in a conversation") % pk for pk in ids}


def name_link_mailings(ids: Iterable[str]) -> dict[str, str]:
    """Return names of the mailings of new links, by conversation ID."""
    return {pk: _("New links to conversation %s") % pk for pk in ids}


def name_proof_mailings(days: Iterable[str]) -> dict[str, str]:
    """Return names of the mailings that ask for addresses, by day."""
    return {day: _("Emails to confirm addresses of letters, %s") % day for day in days}


def _write_mail(
    name: str, conversation: Conversation, subject: str, headers: dict[str, str], **context: Any
) -> Message:
    with translation.override(languages.get_mail_language(conversation.language)):
        context |= {
            "days": conf.get("CONVERSATIONS_LINK_DAYS"),
            "language": translation.get_language() or "",
        }
        template = f"cx_feedback/conversations/mail/{name}"
        return create_message(
            subject=subject,
            text=render_to_string(f"{template}.txt", context).strip() + "\n",
            html=render_to_string(f"{template}.html", context),
            headers=headers,
            language=conversation.language,
        )
