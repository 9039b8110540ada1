"""Conversations with readers: messages, tags, events, links in mails, saved answers, who is
assigned, and what is promised."""

from cx_feedback.conversations.models.assignments import Absence, AssignmentRule, AssignmentTurn
from cx_feedback.conversations.models.conversations import (
    Conversation,
    ConversationEvent,
    ConversationSection,
    ConversationTag,
)
from cx_feedback.conversations.models.mentions import Mention, MentionPreference
from cx_feedback.conversations.models.messages import ConversationLink, ConversationMessage
from cx_feedback.conversations.models.promise_clocks import PromiseClock, PromiseNotice
from cx_feedback.conversations.models.promises import Calendar, Promise, PromiseVersion
from cx_feedback.conversations.models.return_expectations import ReturnExpectation
from cx_feedback.conversations.models.rules import CheckedResponse, ConversationRule
from cx_feedback.conversations.models.saved_answers import SavedAnswer
from cx_feedback.conversations.models.site_settings import ConversationSettings

__all__ = [
    "Absence",
    "AssignmentRule",
    "AssignmentTurn",
    "Calendar",
    "CheckedResponse",
    "Conversation",
    "ConversationEvent",
    "ConversationLink",
    "ConversationMessage",
    "ConversationRule",
    "ConversationSection",
    "ConversationSettings",
    "ConversationTag",
    "Mention",
    "MentionPreference",
    "Promise",
    "PromiseClock",
    "PromiseNotice",
    "PromiseVersion",
    "ReturnExpectation",
    "SavedAnswer",
]
