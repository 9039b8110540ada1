"""Input and output of moderators' decisions over REST, for OpenAPI."""

from typing import Any

from rest_framework import serializers

from cx_feedback.comments import services
from cx_feedback.comments.models import State
from cx_feedback.core.api.schema import ProblemOut

ACTIONS = (*services.DECISIONS, *services.HIGHLIGHT_ACTIONS)
#: No enumeration: other answers have a field of this name with other values.
STATES = ", ".join(f"`{state}`" for state in State.values) + "."


class DecisionInputSerializer(serializers.Serializer[Any]):
    """A decision, with the revision and the state that the moderator saw."""

    decision = serializers.ChoiceField(choices=list(ACTIONS))
    revision = serializers.IntegerField(min_value=1)
    state = serializers.CharField(help_text=f"The state that the moderator saw: {STATES}")
    reason = serializers.CharField(
        required=False,
        max_length=services.REASON_LENGTH,
        help_text="For the log; the author is told where the site does so.",
    )


class CommentToDecideSerializer(serializers.Serializer[Any]):
    """The last text of a comment, whether it is public or waits."""

    id = serializers.IntegerField()
    revision = serializers.IntegerField(help_text="The number of this text, for the decision.")
    state = serializers.CharField(help_text=STATES)
    html = serializers.CharField()
    public_revision = serializers.IntegerField(
        allow_null=True, help_text="The revision that readers see; null if they see none."
    )
    decisions = serializers.ListField(
        child=serializers.CharField(), help_text="The decisions that are available now."
    )


class DecisionSerializer(CommentToDecideSerializer):
    """The comment after a decision."""

    changed = serializers.BooleanField(
        help_text="False if the same was already decided on the same text."
    )
    batch = serializers.UUIDField(
        allow_null=True, help_text="The number of the action in the log, for an undo."
    )


class CurrentCommentSerializer(CommentToDecideSerializer):
    """The comment as it is, with what changed since it was seen."""

    difference = serializers.CharField(
        help_text="HTML of the new text with its changes marked; empty if the text is the same "
        "or the earlier one is no longer stored."
    )


class DecisionConflictSerializer(ProblemOut):
    """The comment has changed since it was seen. Nothing was decided."""

    current = CurrentCommentSerializer()


class UndoneSerializer(serializers.Serializer[Any]):
    """The comments of an action that was taken back, as they are now."""

    comments = CommentToDecideSerializer(many=True)
    changed = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="The comments for which the action was taken back; empty if it was already.",
    )


class UndoConflictSerializer(ProblemOut):
    """All comments of the action have changed since. Nothing was undone."""

    current = CommentToDecideSerializer(many=True)
