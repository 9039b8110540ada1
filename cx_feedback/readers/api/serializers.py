"""The JSON of visits, and of readers' own data."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from cx_feedback.core.api.serializers import InputSerializer, OutputSerializer, PageField


class _ChoiceField(serializers.BooleanField):
    """True or false of JSON, and nothing that only looks like it."""

    def run_validation(self, data: Any = empty) -> bool:
        if data is empty:
            raise SkipField
        if not isinstance(data, bool):
            raise serializers.ValidationError([_("Must be true or false.")])
        return data


class VisitIn(InputSerializer):
    page = PageField(required=False, min_value=1, help_text="Id of the page.")


class MeIn(InputSerializer):
    visits = _ChoiceField(required=False, help_text="Whether my visits may be counted.")
    scoring = _ChoiceField(
        required=False,
        help_text="Whether my return may be estimated; false is an objection.",
    )

    def validate(self, attrs: dict[str, bool]) -> dict[str, bool]:
        if not attrs:
            raise serializers.ValidationError({"visits": [_("Must be true or false.")]})
        return attrs


class ChoicesOut(OutputSerializer):
    """The choices in force after the request."""

    visits = serializers.BooleanField()
    scoring = serializers.BooleanField()


class MeOut(OutputSerializer):
    """The data stored about the reader: ``known``, and a list of objects for each room."""

    known = serializers.BooleanField()
