"""Input and output of moderators' decisions over REST, for OpenAPI."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.fields import empty

from cx_feedback.comments import services
from cx_feedback.comments.models import State
from cx_feedback.core.api.serializers import (
    InputSerializer,
    OutputSerializer,
    TextField,
    WholeNumberField,
)
from cx_feedback.core.http.problem_documents import ProblemOut

ACTIONS = (*services.DECISIONS, *services.HIGHLIGHT_ACTIONS)
#: No enumeration: other answers have a field of this name with other values.
STATES = ", ".join(f"`{state}`" for state in State.values) + "."


class BoundedTextField(TextField):
    """A text of at most ``max_length`` characters; what is no text is too long as well."""

    def run_validation(self, data: Any = empty) -> str:
        given = data is not empty and data is not None
        if given and (not isinstance(data, str) or len(data) > (self.max_length or 0)):
            raise serializers.ValidationError([_("At most %d characters.") % self.max_length])
        return super().run_validation(data)


class SeenField(serializers.CharField):
    """The state that the moderator saw."""

    def run_validation(self, data: Any = empty) -> str:
        if not isinstance(data, str) or data not in State.values:
            raise serializers.ValidationError([_("Name the state that you have seen.")])
        return data


class DecisionField(serializers.ChoiceField):
    """One of the decisions, which the error names."""

    def run_validation(self, data: Any = empty) -> str:
        if not isinstance(data, str) or data not in self.choices:
            message = _("Must be one of: %s.") % ", ".join(self.choices)
            raise serializers.ValidationError([message])
        return data


class RevisionField(WholeNumberField):
    """The revision that the moderator read."""

    default_error_messages = {
        "invalid": gettext_lazy("Name the revision that you have read: a whole number.")
    }


class DecisionInputSerializer(InputSerializer):
    """A decision, with the revision and the state that the moderator saw."""

    decision = DecisionField(choices=list(ACTIONS))
    revision = RevisionField(min_value=1)
    state = SeenField(help_text=f"The state that the moderator saw: {STATES}")
    reason = BoundedTextField(
        required=False,
        max_length=services.REASON_LENGTH,
        help_text="For the log; the author is told where the site does so.",
    )


class CommentToDecideSerializer(OutputSerializer):
    """The last text of a comment, whether it is public or waits."""

    # Of ``{"comment": …, "html": …, "public_revision": …, "decisions": …}``.
    id = serializers.IntegerField(source="comment.pk")
    revision = serializers.IntegerField(
        source="comment.latest_revision", help_text="The number of this text, for the decision."
    )
    state = serializers.CharField(source="comment.state", help_text=STATES)
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

    current = CurrentCommentSerializer(source="error.current")


class UndoneSerializer(OutputSerializer):
    """The comments of an action that was taken back, as they are now."""

    comments = CommentToDecideSerializer(many=True)
    changed = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="The comments for which the action was taken back; empty if it was already.",
    )


class UndoConflictSerializer(ProblemOut):
    """All comments of the action have changed since. Nothing was undone."""

    current = CommentToDecideSerializer(source="error.current", many=True)
