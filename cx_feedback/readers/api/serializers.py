"""The shapes of what REST takes and answers here."""

from typing import Any

from rest_framework import serializers


class VisitIn(serializers.Serializer[Any]):
    page = serializers.IntegerField(required=False, min_value=1, help_text="Id of the page.")


class MeIn(serializers.Serializer[Any]):
    visits = serializers.BooleanField(help_text="Whether my visits may be counted.")


class MeOut(serializers.Serializer[Any]):
    """What is known of the reader: beside ``known``, one list of objects for each room."""

    known = serializers.BooleanField()
