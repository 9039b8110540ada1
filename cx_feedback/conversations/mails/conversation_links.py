"""The links by which readers open their conversation: a secret whose hash is stored.

A link holds for CONVERSATIONS_LINK_DAYS. After that it tells nothing, but its holder can have a
new one sent to the address of the conversation.
"""

import datetime
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urljoin

from django.urls import reverse
from django.utils import timezone

from cx_feedback.conversations.models import (
    Conversation,
    ConversationLink,
    ConversationMessage,
)
from cx_feedback.core import conf
from cx_feedback.core.errors import NotFound
from cx_feedback.core.pages.sites import get_site, get_site_of_page


@dataclass(frozen=True)
class OpenedLink:
    """The conversation of a link, and whether the link still opens it."""

    conversation: Conversation
    is_valid: bool


def create_link(conversation: Conversation, message: ConversationMessage | None = None) -> str:
    """Store a new link and return its absolute URL."""
    token = secrets.token_hex(16)
    ConversationLink.objects.create(
        conversation=conversation, message=message, token_hash=_hash_token(token)
    )
    path = reverse("cx_feedback:conversation", args=[token])
    return urljoin(f"{get_site_url(conversation)}/", path)


def read_link(token: str, *, now: datetime.datetime | None = None) -> OpenedLink:
    """Return the conversation of a link; raises NotFound for an unknown or altered one."""
    rows = ConversationLink.objects.select_related("conversation__page", "conversation__reader")
    link = rows.filter(token_hash=_hash_token(token)).first()
    if link is None:
        raise NotFound
    lasts = datetime.timedelta(days=conf.get("CONVERSATIONS_LINK_DAYS"))
    return OpenedLink(link.conversation, (now or timezone.now()) < link.created_at + lasts)


def get_site_url(conversation: Conversation) -> str:
    """Return the root URL of the site of the conversation's page, else of the default site."""
    page = conversation.page
    site = get_site_of_page(page) if page else get_site(None)
    return site.root_url if site else ""


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
