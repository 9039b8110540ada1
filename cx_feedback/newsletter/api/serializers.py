"""Serializers of the newsletter's REST API, for the schema."""

from typing import Any

from rest_framework import serializers


class SubscriptionIn(serializers.Serializer[Any]):
    email = serializers.EmailField()
    name = serializers.CharField(required=False, allow_blank=True, max_length=80)
    list = serializers.IntegerField(
        required=False, help_text="Id of the list; without it the first that takes subscriptions."
    )
    lists = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="Ids of several lists."
    )
    topics = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="Ids of topics, which bring their lists; none of a list: all of its topics.",
    )
    time_zone = serializers.CharField(
        required=False, allow_blank=True, help_text="Like Europe/Madrid; for quiet hours."
    )
    page = serializers.IntegerField(required=False, help_text="Id of the page it was asked on.")
    lang = serializers.CharField(required=False, help_text="Language of the mails.")
    challenge = serializers.CharField(
        required=False, help_text="The solution of the challenge that a 428 brought."
    )


class SubscriptionOut(serializers.Serializer[Any]):
    state = serializers.ChoiceField(
        ["pending"], help_text="The same for every address: a mail tells its owner more."
    )
