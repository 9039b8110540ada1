"""The JSON of decisions on a conversation, as programs send it."""

import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from rest_framework import serializers
from rest_framework.fields import empty

from cx_feedback.conversations.models import ConversationTag
from cx_feedback.conversations.services.changes import TEXT_LENGTH, clean_message
from cx_feedback.conversations.services.decisions import CHOOSABLE_OUTCOMES, MOST_TAGS
from cx_feedback.core.api.account_fields import AccountKeyField
from cx_feedback.core.api.serializers import InputSerializer, TextField, WholeNumberField
from cx_feedback.core.http.parameters import LARGEST_ID
from cx_feedback.core.people.account_ids import has_number_ids

#: The largest version of a conversation.
_LARGEST_VERSION = 2**31 - 1


class _TextField(TextField):
    default_error_messages = {"invalid": pgettext_lazy("conversation", "This must be text.")}

    def clean(self, text: str) -> str:
        return clean_message(text)


class _BoundedNumberField(WholeNumberField):
    """A whole number up to ``max_value``."""

    def run_validation(self, data: Any = empty) -> int | None:
        number = super().run_validation(data)
        if number is not None and number > (self.max_value or 0):
            self.fail("invalid")
        return number


class _IDField(_BoundedNumberField):
    default_error_messages = {"invalid": gettext_lazy("Name an ID: a whole number.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class _VersionField(_BoundedNumberField):
    default_error_messages = {
        "invalid": gettext_lazy("Name the version that you have seen: a whole number.")
    }


class _OutcomeField(serializers.ChoiceField):
    """One of the outcomes that editors choose, which the error names."""

    def run_validation(self, data: Any = empty) -> str:
        if data is empty and not self.required:
            return ""
        if not isinstance(data, str) or data not in self.choices:
            raise serializers.ValidationError([_("Must be one of: %s.") % ", ".join(self.choices)])
        return data


class _MomentField(serializers.DateTimeField):
    """A moment of JSON with its offset."""

    def run_validation(self, data: Any = empty) -> datetime.datetime:
        error = _("Enter a moment such as 2026-05-31T09:00:00+02:00.")
        if not isinstance(data, str):
            raise serializers.ValidationError([error])
        try:
            found: datetime.datetime = super().run_validation(data)
        except (serializers.ValidationError, OverflowError):
            raise serializers.ValidationError([error]) from None
        return found


class _TagsField(serializers.ListField):
    """A list of texts."""

    def run_validation(self, data: Any = empty) -> list[str]:
        if not isinstance(data, list) or not all(isinstance(name, str) for name in data):
            raise serializers.ValidationError([_("A list of texts is expected.")])
        return data


class DecisionIn(InputSerializer):
    version = _VersionField(
        min_value=1,
        max_value=_LARGEST_VERSION,
        help_text="The version that whoever decides has seen.",
    )


class AnswerIn(DecisionIn):
    text = _TextField(max_length=TEXT_LENGTH)
    outcome = _OutcomeField(
        CHOOSABLE_OUTCOMES, required=False, help_text="Closes the conversation as well."
    )


class ReaderAnswerIn(InputSerializer):
    text = _TextField(max_length=TEXT_LENGTH)


class NoteIn(DecisionIn):
    text = _TextField(max_length=TEXT_LENGTH)


def _build_assignee_field(help_text: str) -> serializers.Field[Any, Any, Any, Any]:
    if has_number_ids():
        return _IDField(required=False, help_text=help_text)
    return AccountKeyField(help_text=help_text)


class AssignmentIn(DecisionIn):
    assignee = _build_assignee_field("ID of an account; null or left out for nobody.")


class SnoozeIn(DecisionIn):
    until = _MomentField(help_text="A moment within the next year.")


class ClosingIn(DecisionIn):
    outcome = _OutcomeField(CHOOSABLE_OUTCOMES)


class TagsIn(DecisionIn):
    tags = _TagsField(
        child=serializers.CharField(max_length=ConversationTag.LONGEST, allow_blank=True),
        max_length=MOST_TAGS,
        source="names",
        help_text="All tags that it has from then on.",
    )


class MergeIn(DecisionIn):
    target = _IDField(
        source="target_id", help_text="ID of another open conversation of the same reader."
    )
