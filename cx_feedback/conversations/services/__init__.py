"""Public write API of the conversations app."""

from cx_feedback.conversations.services.changes import ConversationConflict
from cx_feedback.conversations.services.comment_questions import PageReply
from cx_feedback.conversations.services.decisions import (
    add_note,
    answer_conversation,
    assign_conversation,
    assign_to_account,
    close_conversation,
    reopen_conversation,
    snooze_conversation,
    tag_conversation,
    wake_conversations,
)
from cx_feedback.conversations.services.merging import merge_conversations
from cx_feedback.conversations.services.reader_messages import (
    Matter,
    ReceivedMessage,
    Writer,
    answer_by_reader,
    close_by_reader,
    rate_conversation,
    receive_message,
)
from cx_feedback.conversations.services.spam_decisions import accept_conversation

__all__ = [
    "ConversationConflict",
    "Matter",
    "PageReply",
    "ReceivedMessage",
    "Writer",
    "accept_conversation",
    "add_note",
    "answer_by_reader",
    "answer_conversation",
    "assign_conversation",
    "assign_to_account",
    "close_by_reader",
    "close_conversation",
    "merge_conversations",
    "rate_conversation",
    "receive_message",
    "reopen_conversation",
    "snooze_conversation",
    "tag_conversation",
    "wake_conversations",
]
