"""Threads and comments, what moderators and readers did with them, where imports came from."""

from cx_feedback.comments.models.cache_purges import PendingPurge
from cx_feedback.comments.models.comments import (
    Comment,
    CommentQuerySet,
    Thread,
    get_unread_condition,
)
from cx_feedback.comments.models.imports import ImportedPage, Mention
from cx_feedback.comments.models.moderation import (
    EDIT,
    MESSAGE_LENGTH,
    REFUSE_EDIT,
    TEXT_DECISIONS,
    Ban,
    ModerationEvent,
    Policy,
    Section,
)
from cx_feedback.comments.models.objections import OBJECTION_LENGTH, Objection
from cx_feedback.comments.models.past_decisions import PastDecision
from cx_feedback.comments.models.replies_and_notes import NOTE_LENGTH, AuthorNote, SavedReply
from cx_feedback.comments.models.revisions import CommentRevision
from cx_feedback.comments.models.site_settings import CommentSettings
from cx_feedback.comments.models.spam import (
    SpamCheck,
    SpamMeasurement,
    SpamModel,
    SpamReport,
    SpamSample,
)
from cx_feedback.comments.models.states import CHANGEABLE_STATES, NAME_LENGTH, Markup, Rule, State
from cx_feedback.comments.models.votes_flags_follows import Flag, Follow, Vote
from cx_feedback.comments.models.waiting_alerts import WaitingAlert

__all__ = [
    "CHANGEABLE_STATES",
    "EDIT",
    "MESSAGE_LENGTH",
    "NAME_LENGTH",
    "NOTE_LENGTH",
    "OBJECTION_LENGTH",
    "REFUSE_EDIT",
    "TEXT_DECISIONS",
    "AuthorNote",
    "Ban",
    "Comment",
    "CommentQuerySet",
    "CommentRevision",
    "CommentSettings",
    "Flag",
    "Follow",
    "ImportedPage",
    "Markup",
    "Mention",
    "ModerationEvent",
    "Objection",
    "PastDecision",
    "PendingPurge",
    "Policy",
    "Rule",
    "SavedReply",
    "Section",
    "SpamCheck",
    "SpamMeasurement",
    "SpamModel",
    "SpamReport",
    "SpamSample",
    "State",
    "Thread",
    "Vote",
    "WaitingAlert",
    "get_unread_condition",
]
