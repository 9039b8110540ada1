"""The JSON of conversations."""

from typing import Any

from rest_framework import serializers

from cx_feedback.core.api.account_fields import build_account_field
from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.core.http.problem_documents import ProblemOut


class LetterOut(OutputSerializer):
    state = serializers.CharField(help_text="`received`, the same for every address.")


class ReaderAnswerOut(OutputSerializer):
    state = serializers.CharField(help_text="`received`.")


class ConversationOut(OutputSerializer):
    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField(help_text="`letter`, `detractor`, `answer` or `comment`.")
    page = serializers.IntegerField(source="page_id", allow_null=True)
    to_author = serializers.BooleanField(
        help_text="Whether the reader writes to the author of the page, else to the editors."
    )
    subject = serializers.CharField()
    state = serializers.CharField(
        help_text="`new`, `open`, `waiting`, `snoozed`, `closed` or `spam`, which was set aside."
    )
    outcome = serializers.CharField(help_text="Empty unless it is closed.")
    assignee = build_account_field(
        source="assignee_id", allow_null=True, help_text="ID of an account."
    )
    version = serializers.IntegerField(help_text="Grows with every change.")
    language = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_message_at = serializers.DateTimeField()
    first_answer_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    snoozed_until = serializers.DateTimeField(allow_null=True)


class ConversationsOut(OutputSerializer):
    # Of ``ListPart``.
    conversations = ConversationOut(many=True, source="rows")
    next = serializers.CharField(
        allow_null=True, help_text="Address of the next part; null where there is none yet."
    )


class _NewestMessages(serializers.ListSerializer[Any]):
    """Of the messages of a conversation."""

    def to_representation(self, data: Any) -> list[Any]:
        return super().to_representation(data.all().list_newest())


class MessageOut(OutputSerializer):
    class Meta:
        list_serializer_class = _NewestMessages

    id = serializers.IntegerField(source="pk")
    direction = serializers.CharField(
        help_text="`in` from the reader, `out` to the reader, or `note`, which only editors see."
    )
    author = build_account_field(
        source="author_id", allow_null=True, help_text="ID of an account; null for the reader."
    )
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class _TagNames(serializers.ListField):
    """Of the tags of a conversation."""

    def to_representation(self, data: Any) -> list[str]:
        return list(data.order_by("name").values_list("name", flat=True))


class ConversationDetailOut(ConversationOut):
    tags = _TagNames(child=serializers.CharField())
    messages = MessageOut(many=True, help_text="The newest 500, in order.")


class EventOut(OutputSerializer):
    action = serializers.CharField(help_text="For example `answer`, `assign` or `close`.")
    user = build_account_field(
        source="user_id",
        allow_null=True,
        help_text="ID of an account; null for the reader and for what happens by itself.",
    )
    version = serializers.IntegerField(help_text="The version that it made.")
    created_at = serializers.DateTimeField()


class ConversationConflictOut(ProblemOut):
    """The conversation has changed since it was seen. Nothing was done."""

    # Of ``ChangedConversation``.
    current = ConversationDetailOut(source="error.current.conversation")
    events = EventOut(
        many=True, source="error.current.events", help_text="What was done since, in order."
    )
