"""The fields of a report, from the form and from REST alike."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from rest_framework import serializers
from rest_framework.fields import empty

from cx_feedback.comments.models import Flag
from cx_feedback.core.api.serializers import InputSerializer, OutputSerializer, TextField
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text.text_cleaning import clean_text

TEXT_LENGTH = 500


class _FlagTextField(TextField):
    default_error_messages = {"invalid": pgettext_lazy("comment", "This must be text.")}

    def clean(self, text: str) -> str:
        text = clean_text(text)
        if len(text) > TEXT_LENGTH:
            raise InvalidInput(fields={"text": [_("At most %d characters.") % TEXT_LENGTH]})
        return text


class _ReasonField(serializers.ChoiceField):
    def run_validation(self, data: Any = empty) -> str:
        if not isinstance(data, str) or data not in self.choices:
            raise serializers.ValidationError([_("Choose a reason for your report.")])
        return data


class FlagSerializer(InputSerializer, OutputSerializer):
    """A report of a comment."""

    reason = _ReasonField(choices=Flag.Reason.choices)
    text = _FlagTextField(required=False, max_length=TEXT_LENGTH)
