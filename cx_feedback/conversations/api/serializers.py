"""The JSON of conversations."""

from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer


class LetterOut(OutputSerializer):
    state = serializers.CharField(help_text="`received`, the same for every address.")


class ConversationOut(OutputSerializer):
    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField(help_text="`letter`, `detractor`, `answer` or `comment`.")
    page = serializers.IntegerField(source="page_id", allow_null=True)
    subject = serializers.CharField()
    state = serializers.CharField(
        help_text="`new`, `open`, `waiting`, `snoozed`, `closed` or `spam`, which was set aside."
    )
    outcome = serializers.CharField(help_text="Empty unless it is closed.")
    assignee = serializers.IntegerField(
        source="assignee_id", allow_null=True, help_text="ID of an account."
    )
    version = serializers.IntegerField(help_text="Grows with every change.")
    language = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_message_at = serializers.DateTimeField()
    first_answer_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class ConversationsOut(OutputSerializer):
    # Of ``ListPart``.
    conversations = ConversationOut(many=True, source="rows")
    next = serializers.CharField(
        allow_null=True, help_text="Address of the next part; null where there is none yet."
    )
