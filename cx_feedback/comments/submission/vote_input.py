"""The fields of a vote, from the form and from REST alike."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from cx_feedback.comments.rendering.reactions import REACTIONS
from cx_feedback.core.api.serializers import InputSerializer, UncheckedField

_NUMBERS = {"1": 1, "0": 0, "-1": -1}


class _ValueField(UncheckedField, serializers.IntegerField):
    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        """Only forms have numbers as texts."""
        value: Any = dictionary.get("value")
        return _NUMBERS.get(value, value) if isinstance(dictionary, QueryDict) else value


class _ReactionField(UncheckedField, serializers.ChoiceField):
    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        return dictionary.get("reaction")


class VoteSerializer(InputSerializer):
    """A vote: 1 for, -1 against if the site allows it, 0 to remove it; or a reaction."""

    # What a site takes, ``services.votes.parse_vote`` knows.
    value = _ValueField(min_value=-1, max_value=1, required=False)
    reaction = _ReactionField(choices=list(REACTIONS), required=False)
