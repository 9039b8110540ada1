"""Input and output of objections over REST, for OpenAPI."""

from typing import Any

from rest_framework import serializers

from cx_feedback.comments.api.decision_serializers import STATES, CommentToDecideSerializer
from cx_feedback.comments.models import OBJECTION_LENGTH, Objection

#: The state of an objection by what a moderator can decide about it.
OUTCOMES = {"uphold": Objection.State.UPHELD, "dismiss": Objection.State.DISMISSED}
_STATES = "“open”, “upheld” or “dismissed”."


class ObjectionInputSerializer(serializers.Serializer[Any]):
    """The author's objection to one decision on their comment."""

    decision = serializers.IntegerField(
        help_text="The `decision` of `refused` among the reader's own comments."
    )
    text = serializers.CharField(max_length=OBJECTION_LENGTH)


class OwnObjectionSerializer(serializers.Serializer[Any]):
    """An objection as its author sees it."""

    decision = serializers.IntegerField()
    text = serializers.CharField()
    state = serializers.CharField(help_text=_STATES)
    answer = serializers.CharField(allow_blank=True, help_text="What a moderator answered.")
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class OwnObjectionListSerializer(serializers.Serializer[Any]):
    """The author's objections about one comment, the newest first."""

    objections = OwnObjectionSerializer(many=True)


class RefusedDecisionSerializer(serializers.Serializer[Any]):
    """The decision that an objection is about."""

    id = serializers.IntegerField()
    action = serializers.CharField()
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()


class ObjectionSerializer(serializers.Serializer[Any]):
    """An objection as moderators see it, with the comment as it is now."""

    id = serializers.IntegerField()
    state = serializers.CharField(help_text=_STATES)
    text = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    decision = RefusedDecisionSerializer()
    comment = CommentToDecideSerializer()


class ObjectionListSerializer(serializers.Serializer[Any]):
    """The oldest open objections. ``next`` is the ``after`` of the next part."""

    objections = ObjectionSerializer(many=True)
    next = serializers.IntegerField(allow_null=True)


class ObjectionDecisionInputSerializer(serializers.Serializer[Any]):
    """A decision on an objection, with the revision and the state of the comment as seen."""

    decision = serializers.ChoiceField(choices=list(OUTCOMES))
    answer = serializers.CharField(
        required=False,
        max_length=OBJECTION_LENGTH,
        help_text="For the author. Required to dismiss the objection.",
    )
    revision = serializers.IntegerField(min_value=1)
    state = serializers.CharField(help_text=f"The state that the moderator saw: {STATES}")


class ObjectionDecisionSerializer(ObjectionSerializer):
    """The objection after a decision."""

    changed = serializers.BooleanField(help_text="False if the same was already decided.")
    batch = serializers.UUIDField(
        allow_null=True, help_text="The number of the action in the log, for an undo."
    )
