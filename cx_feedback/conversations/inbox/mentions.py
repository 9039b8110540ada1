"""Mentions on the screens of editors: in notes, and on the first page of the admin."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.ui.components import Component

from cx_feedback.conversations.models import (
    Conversation,
    ConversationEvent,
    Mention,
)
from cx_feedback.conversations.permissions import Scope

#: The most mentions that the panel shows.
MOST_SHOWN = 5


def render_note(text: str, usernames: Iterable[str]) -> SafeString:
    """Return the text of a note as HTML, with the accounts that it mentions in bold."""
    html = linebreaks(text, autoescape=True)
    # The marks of a name are the same in HTML.
    names = sorted(set(usernames), key=len, reverse=True)
    if not names:
        return mark_safe(html)
    pattern = compile_mentions(names)
    return mark_safe(pattern.sub(lambda found: format_html("<strong>{}</strong>", found[0]), html))


def compile_mentions(names: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern that finds mentions of the accounts, of two names the first that fits."""
    any_name = "|".join(map(re.escape, names))
    return re.compile(rf"(?<![\w@.+-])@({any_name})(?![\w@+-]|\.\w)", re.IGNORECASE)


def get_unanswered_mentions(user: Any, scope: Scope) -> QuerySet[Mention]:
    """Return the mentions of an account in conversations in which it has done nothing since."""
    done = ConversationEvent.objects.filter(
        conversation=OuterRef("message__conversation"),
        user=user.pk,
        created_at__gt=OuterRef("created_at"),
    )
    rows = Mention.objects.filter(account=user.pk)
    return (
        rows.filter(message__conversation__in=scope.conversations())
        .exclude(message__conversation__state=Conversation.State.CLOSED)
        .exclude(message__author=F("account"))
        .filter(~Exists(done))
        .select_related("message__conversation", "message__author")
        .order_by("-pk")
    )


class MentionsPanel(Component):
    """The newest mentions of an editor that they haven't done anything about."""

    name = "cx-conversation-mentions"
    order = 140
    template_name = "cx_feedback/conversations/admin/mentions_panel.html"

    def __init__(self, user: Any, scope: Scope) -> None:
        self.user = user
        self.scope = scope

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        rows = get_unanswered_mentions(self.user, self.scope)
        return {"mentions": list(rows[:MOST_SHOWN])}
