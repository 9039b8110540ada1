"""Serializers of requests and responses, for the OpenAPI document."""

from typing import Any

from rest_framework import serializers


class VisitIn(serializers.Serializer[Any]):
    page = serializers.IntegerField(required=False, min_value=1, help_text="Id of the page.")


class MeIn(serializers.Serializer[Any]):
    visits = serializers.BooleanField(required=False, help_text="Whether my visits may be counted.")
    scoring = serializers.BooleanField(
        required=False,
        help_text="Whether my return may be estimated; false is an objection.",
    )


class ChoicesOut(serializers.Serializer[Any]):
    """The choices in force after the request."""

    visits = serializers.BooleanField()
    scoring = serializers.BooleanField()


class MeOut(serializers.Serializer[Any]):
    """The data stored about the reader: ``known``, and a list of objects for each room."""

    known = serializers.BooleanField()
