"""Permissions of the conversations app: reading and answering, everywhere or in sections."""

from cx_feedback.core.permissions import RoomPermission

_APP = "cx_feedback_conversations"

#: Whoever has it reads, answers, assigns and closes conversations.
ANSWER_CONVERSATIONS = RoomPermission(_APP, "answer_conversation")
OFFERED = (ANSWER_CONVERSATIONS,)
