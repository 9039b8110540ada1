"""Input and output of objections over REST, for OpenAPI."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.fields import empty

from cx_feedback.comments.api.decision_serializers import (
    STATES,
    BoundedTextField,
    CommentToDecideSerializer,
    DecisionField,
    RevisionField,
    SeenField,
)
from cx_feedback.comments.models import OBJECTION_LENGTH, Objection
from cx_feedback.core.api.serializers import InputSerializer, OutputSerializer, WholeNumberField
from cx_feedback.core.http.parameters import LARGEST_ID

#: The state of an objection by what a moderator can decide about it.
OUTCOMES = {"uphold": Objection.State.UPHELD, "dismiss": Objection.State.DISMISSED}
_STATES = "“open”, “upheld” or “dismissed”."


class _DecisionNumberField(WholeNumberField):
    default_error_messages = {
        "invalid": gettext_lazy("Name the decision that you object to: a whole number.")
    }

    def run_validation(self, data: Any = empty) -> int | None:
        number = super().run_validation(data)
        if number is not None and number > LARGEST_ID:
            raise serializers.ValidationError([_("There is no such decision on it.")])
        return number


class _ObjectionTextField(serializers.CharField):
    """The words of an objection, whose rules the service has: they hold for the form too."""

    def run_validation(self, data: Any = empty) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError([_("Write some words first.")])
        return data


class ObjectionInputSerializer(InputSerializer):
    """The author's objection to one decision on their comment."""

    decision = _DecisionNumberField(
        min_value=1, help_text="The `decision` of `refused` among the reader's own comments."
    )
    text = _ObjectionTextField(max_length=OBJECTION_LENGTH)


class OwnObjectionSerializer(OutputSerializer):
    """An objection as its author sees it."""

    decision = serializers.IntegerField(source="event_id")
    text = serializers.CharField()
    state = serializers.CharField(help_text=_STATES)
    answer = serializers.CharField(allow_blank=True, help_text="What a moderator answered.")
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class OwnObjectionListSerializer(OutputSerializer):
    """The author's objections about one comment, the newest first.

    ``next`` is the address of the next part, null on the last.
    """

    # Of ``ListPart``.
    objections = OwnObjectionSerializer(many=True, source="rows")
    next = serializers.CharField(allow_null=True)


class RefusedDecisionSerializer(OutputSerializer):
    """The decision that an objection is about."""

    id = serializers.IntegerField(source="pk")
    action = serializers.CharField()
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField(source="created_at")


class ObjectionSerializer(OutputSerializer):
    """An objection as moderators see it, with the comment as it is now."""

    # Of ``{"objection": …, "comment": …, "edit": …}``.
    id = serializers.IntegerField(source="objection.pk")
    state = serializers.CharField(source="objection.state", help_text=_STATES)
    text = serializers.CharField(source="objection.text")
    answer = serializers.CharField(source="objection.answer", allow_blank=True)
    created_at = serializers.DateTimeField(source="objection.created_at")
    decision = RefusedDecisionSerializer(source="objection.event")
    edit = serializers.CharField(
        allow_blank=True,
        help_text="HTML of the text that accepting the objection shows to readers; empty for a "
        "decision about the whole comment, and if the text has changed since.",
    )
    comment = CommentToDecideSerializer()


class ObjectionListSerializer(OutputSerializer):
    """Open objections, the oldest first; ``next`` is the address of the next part, or null."""

    # Of ``{"objections": …, "next": …}``.
    objections = ObjectionSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class ObjectionDecisionInputSerializer(InputSerializer):
    """A decision on an objection, with the revision and the state of the comment as seen."""

    decision = DecisionField(choices=list(OUTCOMES))
    answer = BoundedTextField(
        required=False,
        max_length=OBJECTION_LENGTH,
        help_text="For the author. Required to dismiss the objection.",
    )
    revision = RevisionField(min_value=1)
    state = SeenField(help_text=f"The state that the moderator saw: {STATES}")


class ObjectionDecisionSerializer(ObjectionSerializer):
    """The objection after a decision."""

    changed = serializers.BooleanField(help_text="False if the same was already decided.")
    batch = serializers.UUIDField(
        allow_null=True, help_text="The number of the action in the log, for an undo."
    )
