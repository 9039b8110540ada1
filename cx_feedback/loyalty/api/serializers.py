"""What the endpoints answer, for the OpenAPI document and for reading rows out."""

from typing import Any

from rest_framework import serializers

from cx_feedback.loyalty.model import ModelChoice, Quality
from cx_feedback.loyalty.reports.attitudes import AttitudeGroup
from cx_feedback.loyalty.reports.report_tables import Effect
from cx_feedback.loyalty.scoring.tiers import Tier

Out = serializers.Serializer[Any]
SHARE = "From 0 to 1."


class DifferenceOut(Out):
    """A difference of shares with its 95% interval; all from -1 to 1."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    says_something = serializers.BooleanField(help_text="Whether the interval leaves 0 out.")


class TiersOut(Out):
    """Readers by tier as of the end of a day."""

    as_of = serializers.DateField()
    tiers = serializers.DictField(
        child=serializers.IntegerField(), help_text=", ".join(Tier.values)
    )


class ExpectedOut(Out):
    """Readers expected back, with the 95% interval."""

    readers = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class FitOut(Out):
    """The model as fitted; anything but "good" is a flag."""

    alpha = serializers.FloatField()
    beta = serializers.FloatField()
    gamma = serializers.FloatField()
    delta = serializers.FloatField()
    log_likelihood = serializers.FloatField()
    quality = serializers.ChoiceField(choices=[quality.value for quality in Quality])
    cells = serializers.IntegerField()


class AccuracyOut(Out):
    """How well something told who would return; ``tenths`` of the readers, least likely first."""

    auc = serializers.FloatField()
    brier = serializers.FloatField()
    ece = serializers.FloatField()
    tenths = serializers.ListField(child=serializers.DictField(child=serializers.FloatField()))


class CheckOut(Out):
    """Model, challenger and recency alone against the readers who came; days are inclusive."""

    as_of = serializers.DateField()
    until = serializers.DateField()
    readers = serializers.IntegerField()
    returned = serializers.IntegerField()
    model = AccuracyOut()
    recency = AccuracyOut()
    challenger = AccuracyOut(allow_null=True)
    used = serializers.ChoiceField(choices=[used.value for used in ModelChoice])
    beats_recency = serializers.BooleanField(help_text="False where neither does.")


class LoyaltyOut(Out):
    """The overview; before the first scoring ``scored`` is false and nothing else is there."""

    scored = serializers.BooleanField()
    as_of = serializers.DateField(required=False)
    period = serializers.ChoiceField(choices=["week", "day"], required=False)
    horizon_weeks = serializers.IntegerField(required=False)
    readers = serializers.IntegerField(required=False)
    tiers = serializers.DictField(child=serializers.IntegerField(), required=False)
    expected_returns = ExpectedOut(required=False)
    fit = FitOut(required=False)
    check = CheckOut(required=False, allow_null=True)
    doubts = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="What speaks against relying on the scores, in words; empty where nothing.",
    )
    history = TiersOut(many=True, required=False)


class ReturnOut(Out):
    """Readers expected back in the weeks after a day; ``returned`` is null until they are over."""

    as_of = serializers.DateField()
    expected = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    returned = serializers.IntegerField(allow_null=True)


class CohortOut(Out):
    """A month's new readers, and how many of them came in each month after it."""

    month = serializers.DateField()
    readers = serializers.IntegerField()
    active = serializers.ListField(child=serializers.IntegerField())


class AttitudeFieldOut(Out):
    """A field of the two-by-two; ``readers`` is null where fewer are not to be known."""

    field = serializers.ChoiceField(choices=AttitudeGroup.choices)
    readers = serializers.IntegerField(allow_null=True)


class AttitudesOut(Out):
    """The two-by-two of what readers say and do (Dick and Basu 1994)."""

    by_field = AttitudeFieldOut(many=True)
    total = serializers.IntegerField(allow_null=True)
    too_new = serializers.IntegerField(allow_null=True)


class CauseOut(Out):
    """Readers whom something touched, and how many came back against how many were expected."""

    kind = serializers.ChoiceField(choices=Effect.Kind.choices)
    id = serializers.IntegerField()
    title = serializers.CharField(allow_null=True, help_text="Null when it is gone.")
    readers = serializers.IntegerField()
    returned = serializers.FloatField(help_text=SHARE)
    expected = serializers.FloatField(help_text=SHARE)
    difference = DifferenceOut()


class CausesOut(Out):
    """What brings readers back, of one kind; ``everybody`` is the comparison."""

    as_of = serializers.DateField(allow_null=True)
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    horizon_weeks = serializers.IntegerField(allow_null=True)
    everybody = CauseOut(allow_null=True)
    causes = CauseOut(many=True)
    hidden = serializers.IntegerField(help_text="Causes with too few readers to be shown.")


class ExperimentOut(Out):
    """A rule's experiment; shares and difference are null below 30 readers in a group."""

    rule = serializers.IntegerField()
    title = serializers.CharField(allow_null=True)
    percent = serializers.IntegerField(help_text="Held back.")
    as_of = serializers.DateField()
    horizon_weeks = serializers.IntegerField()
    written = serializers.IntegerField()
    held = serializers.IntegerField()
    running = serializers.IntegerField(help_text="Readers whose weeks are not over yet.")
    written_share = serializers.FloatField(allow_null=True, help_text=SHARE)
    held_share = serializers.FloatField(allow_null=True, help_text=SHARE)
    difference = DifferenceOut(allow_null=True)
    visible_difference = serializers.FloatField(
        allow_null=True, help_text="What groups as large as these show four times in five."
    )
    words = serializers.ListField(child=serializers.CharField())


class ExperimentsOut(Out):
    """All experiments."""

    experiments = ExperimentOut(many=True)


class ReaderOut(Out):
    """A reader with score, reason and what they said last."""

    id = serializers.IntegerField(source="pk")
    email = serializers.CharField(allow_blank=True)
    external_id = serializers.CharField(allow_blank=True)
    tier = serializers.CharField(allow_blank=True, source="tier_value")
    reason = serializers.CharField()
    score = serializers.IntegerField(
        allow_null=True, help_text="0 to 100; null for who came since the last scoring."
    )
    last_day = serializers.DateField(allow_null=True)
    recency_days = serializers.IntegerField(
        allow_null=True, help_text="Recency: days since the last visit."
    )
    active_periods = serializers.IntegerField(
        help_text="Frequency: periods (weeks, or days) with a visit."
    )
    visit_days = serializers.IntegerField(help_text="Volume: days with a visit.")
    language = serializers.CharField(allow_blank=True)
    nps_score = serializers.IntegerField(allow_null=True)
    nps_class = serializers.CharField(allow_blank=True, source="nps_value")
    emotion = serializers.CharField(allow_blank=True)
    emotional_value = serializers.FloatField(allow_null=True)
    csat = serializers.IntegerField(allow_null=True)
    ces = serializers.IntegerField(allow_null=True)


class ReadersOut(Out):
    """A page of a segment, by id; ``next`` is the ``after`` of the next page, null at the end."""

    readers = ReaderOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class EntryOut(Out):
    """Something that happened."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    whole_day = serializers.BooleanField()


class OneReaderOut(ReaderOut):
    """A reader with their newest history; ``older`` is the ``before`` of what is older."""

    timeline = EntryOut(many=True)
    older = serializers.DateTimeField(allow_null=True)


class ReadersIn(Out):
    """What to ask for."""

    tier = serializers.ChoiceField(choices=Tier.choices, required=False)
    field = serializers.ChoiceField(choices=AttitudeGroup.choices, required=False)
    after = serializers.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=500, default=100)


class CausesIn(Out):
    """What to ask for."""

    kind = serializers.ChoiceField(
        choices=[c for c in Effect.Kind.choices if c[0] != Effect.Kind.ALL],
        required=False,
        default=Effect.Kind.ARTICLE.value,
    )
    limit = serializers.IntegerField(required=False, min_value=1, max_value=1000, default=100)


class BeforeIn(Out):
    """What to ask for."""

    before = serializers.DateTimeField(required=False)
