"""The shapes of what REST takes and answers here."""

from typing import Any

from rest_framework import serializers


class VisitIn(serializers.Serializer[Any]):
    page = serializers.IntegerField(required=False, min_value=1, help_text="Id of the page.")


class MeIn(serializers.Serializer[Any]):
    visits = serializers.BooleanField(required=False, help_text="Whether my visits may be counted.")
    scoring = serializers.BooleanField(
        required=False,
        help_text="Whether it may be estimated if I come back; false is an objection.",
    )


class ChoicesOut(serializers.Serializer[Any]):
    """What holds now, whatever was asked for."""

    visits = serializers.BooleanField()
    scoring = serializers.BooleanField()


class MeOut(serializers.Serializer[Any]):
    """What is known of the reader: beside ``known``, one list of objects for each room."""

    known = serializers.BooleanField()
