"""Conversations with readers: their messages, tags, events, and the links to them in mails."""

from cx_feedback.conversations.models.conversations import (
    Conversation,
    ConversationEvent,
    ConversationTag,
)
from cx_feedback.conversations.models.messages import ConversationLink, ConversationMessage

__all__ = [
    "Conversation",
    "ConversationEvent",
    "ConversationLink",
    "ConversationMessage",
    "ConversationTag",
]
