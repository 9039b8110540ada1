"""The JSON of readers and their scores, and the query parameters that choose them."""

from typing import Any

from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.loyalty.reports.attitudes import AttitudeGroup
from cx_feedback.loyalty.reports.rfv import Level
from cx_feedback.loyalty.scoring.tier_rules import Tier


class ReaderScoreOut(OutputSerializer):
    """A reader's score and RFV, by id and by the name of the reader in an imported log."""

    id = serializers.IntegerField(source="pk")
    external_id = serializers.CharField(allow_blank=True)
    tier = serializers.CharField(allow_blank=True, source="tier_value")
    score = serializers.IntegerField(
        allow_null=True, help_text="0 to 100; null if the reader came after the last scoring."
    )
    last_day = serializers.DateField(allow_null=True)
    recency_days = serializers.IntegerField(
        allow_null=True, help_text="Recency: days since the last visit."
    )
    active_periods = serializers.IntegerField(
        help_text="Frequency: periods (weeks, or days) with a visit."
    )
    visit_days = serializers.IntegerField(help_text="Volume: days with a visit.")
    rfv = serializers.IntegerField(
        help_text="Mean of the three parts, of the last 13 weeks, 0 to 100."
    )
    rfv_recency = serializers.IntegerField(help_text="0 to 100.")
    rfv_frequency = serializers.IntegerField(help_text="0 to 100.")
    rfv_volume = serializers.IntegerField(
        help_text="0 to 100, of days with a visit: what is read is not counted."
    )


class ReaderOut(ReaderScoreOut):
    """A reader with the score, the reason for it and the last answers."""

    email = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    language = serializers.CharField(allow_blank=True)
    nps_score = serializers.IntegerField(allow_null=True)
    nps_class = serializers.CharField(allow_blank=True, source="nps_value")
    emotion = serializers.CharField(allow_blank=True)
    emotional_value = serializers.FloatField(allow_null=True)
    csat = serializers.IntegerField(allow_null=True)
    ces = serializers.IntegerField(allow_null=True)


class ReadersOut(OutputSerializer):
    """Readers by id; ``next`` is the ``after`` of the next page, null on the last."""

    readers = ReaderOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class ReaderScoresOut(OutputSerializer):
    """Scores by id; ``next`` is the address of the next page, null on the last."""

    as_of = serializers.DateField(
        source="fit.as_of", allow_null=True, help_text="Null before the first scoring."
    )
    horizon_weeks = serializers.IntegerField(source="fit.horizon_weeks", allow_null=True)
    scores = ReaderScoreOut(many=True)
    next = serializers.CharField(allow_null=True)


class EntryOut(OutputSerializer):
    """An entry of the timeline."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    whole_day = serializers.BooleanField()


class OneReaderOut(ReaderOut):
    """A reader with the newest history; ``older`` is the ``before`` of the next page."""

    timeline = EntryOut(many=True)
    older = serializers.DateTimeField(allow_null=True)


class ReadersIn(serializers.Serializer[Any]):
    """Query parameters of the list of readers."""

    tier = serializers.ChoiceField(choices=Tier.choices, required=False)
    field = serializers.ChoiceField(choices=AttitudeGroup.choices, required=False)
    rfv = serializers.ChoiceField(choices=Level.choices, required=False)
    after = serializers.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=500, default=100)


class ScoresIn(serializers.Serializer[Any]):
    """Query parameters of the scores."""

    cursor = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**63 - 1,
        help_text="Where the page begins; see `next`.",
    )
    limit = serializers.IntegerField(required=False, min_value=1, max_value=1000, default=100)
    tier = serializers.ChoiceField(choices=Tier.choices, required=False)
    rfv = serializers.ChoiceField(choices=Level.choices, required=False)


class BeforeIn(serializers.Serializer[Any]):
    """Query parameters of a reader's history."""

    before = serializers.DateTimeField(required=False)
