"""The JSON of visits, and of readers' own data."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from cx_feedback.core.api.serializers import (
    InputSerializer,
    OutputSerializer,
    PageField,
    StrictBooleanField,
)


class VisitIn(InputSerializer):
    page = PageField(required=False, min_value=1, help_text="Id of the page.")


class MeIn(InputSerializer):
    visits = StrictBooleanField(required=False, help_text="Whether my visits may be counted.")
    scoring = StrictBooleanField(
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
