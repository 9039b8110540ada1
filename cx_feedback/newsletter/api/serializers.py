"""Serializers of the newsletter's REST API, for the schema."""

from typing import Any

from rest_framework import serializers


class _SignupIn(serializers.Serializer[Any]):
    """The fields of every form that asks for an address."""

    email = serializers.EmailField()
    time_zone = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="For example Europe/Madrid. Used for quiet hours.",
    )
    page = serializers.IntegerField(required=False, help_text="ID of the page with the form.")
    lang = serializers.CharField(required=False, help_text="Language of the emails.")
    challenge = serializers.CharField(
        required=False, help_text="Solution of the challenge in a 428 response."
    )


class _SignupOut(serializers.Serializer[Any]):
    state = serializers.ChoiceField(["pending"], help_text="The same for every address.")


class SubscriptionIn(_SignupIn):
    name = serializers.CharField(required=False, allow_blank=True, max_length=80)
    list = serializers.IntegerField(
        required=False,
        help_text="ID of the list. Defaults to the first list that takes subscriptions.",
    )
    lists = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="IDs of several lists."
    )
    topics = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="IDs of topics, which imply their lists. Lists without any: all topics.",
    )


class SubscriptionOut(_SignupOut):
    pass


class GuideIn(_SignupIn):
    guide = serializers.CharField(help_text="The key in the form of the guide.")
    list = serializers.IntegerField(
        required=False, help_text="ID of a list to subscribe to, if the reader asked for it."
    )


class GuideOut(_SignupOut):
    pass
