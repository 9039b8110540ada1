"""Serializers of the responses and query parameters, also for the OpenAPI document."""

from typing import Any

from rest_framework import serializers

from cx_feedback.loyalty.fit_quality import Quality
from cx_feedback.loyalty.reports.attitudes import AttitudeGroup
from cx_feedback.loyalty.reports.report_models import Effect
from cx_feedback.loyalty.reports.rfv import Level
from cx_feedback.loyalty.scoring.cell_tiers import Tier

Out = serializers.Serializer[Any]
SHARE = "From 0 to 1."


class DifferenceOut(Out):
    """A difference between two shares with its 95% interval, from -1 to 1."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    says_something = serializers.BooleanField(
        help_text="Of an experiment, whether the interval excludes 0; of a cause, whether it "
        "stands out among all of its kind."
    )


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
    """The fitted model; any ``quality`` other than "good" is a warning."""

    alpha = serializers.FloatField()
    beta = serializers.FloatField()
    gamma = serializers.FloatField()
    delta = serializers.FloatField()
    log_likelihood = serializers.FloatField()
    quality = serializers.ChoiceField(choices=[quality.value for quality in Quality])
    cells = serializers.IntegerField()


class AccuracyOut(Out):
    """The accuracy of predictions; ``tenths`` of the readers, the least likely to return first."""

    auc = serializers.FloatField()
    brier = serializers.FloatField()
    ece = serializers.FloatField()
    tenths = serializers.ListField(child=serializers.DictField(child=serializers.FloatField()))


class CheckOut(Out):
    """The mix in use, its parts and recency compared with the returns; days are inclusive."""

    as_of = serializers.DateField()
    until = serializers.DateField()
    readers = serializers.IntegerField()
    returned = serializers.IntegerField()
    model = AccuracyOut()
    recency = AccuracyOut()
    challenger = AccuracyOut(allow_null=True)
    mix = AccuracyOut()
    weight = serializers.FloatField(help_text="The weight of the model in the mix, 0 to 1.")
    beats_recency = serializers.BooleanField(help_text="Whether the mix in use does.")


class LoyaltyOut(Out):
    """The overview. Before the first scoring ``scored`` is false and no other field is present."""

    scored = serializers.BooleanField()
    as_of = serializers.DateField(required=False)
    period = serializers.ChoiceField(choices=["week", "day"], required=False)
    horizon_weeks = serializers.IntegerField(required=False)
    readers = serializers.IntegerField(required=False)
    tiers = serializers.DictField(child=serializers.IntegerField(), required=False)
    expected_returns = ExpectedOut(
        required=False, allow_null=True, help_text="Null where nothing can be said, see doubts."
    )
    fit = FitOut(required=False)
    check = CheckOut(required=False, allow_null=True)
    doubts = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Reasons not to rely on the scores, as sentences.",
    )
    changes = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Changes in the visits of the site, as sentences with dates.",
    )
    history = TiersOut(many=True, required=False)


class ReturnOut(Out):
    """Returns expected in the weeks after a day; ``returned`` is null until the weeks are over."""

    as_of = serializers.DateField()
    expected = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    returned = serializers.IntegerField(allow_null=True)


class CohortOut(Out):
    """The new readers of a month, and how many of them came in each later month."""

    month = serializers.DateField()
    readers = serializers.IntegerField()
    active = serializers.ListField(child=serializers.IntegerField())


class AttitudeFieldOut(Out):
    """An attitude group; ``readers`` is null if the number is too small to be shown."""

    field = serializers.ChoiceField(choices=AttitudeGroup.choices)
    readers = serializers.IntegerField(allow_null=True)


class AttitudesOut(Out):
    """The groups by attitude and behaviour (Dick and Basu 1994)."""

    by_field = AttitudeFieldOut(many=True)
    total = serializers.IntegerField(allow_null=True)
    too_new = serializers.IntegerField(allow_null=True)


class CauseOut(Out):
    """Readers who took part in something, and what similar readers did; no proof of a cause."""

    kind = serializers.ChoiceField(choices=Effect.Kind.choices)
    id = serializers.IntegerField()
    title = serializers.CharField(allow_null=True, help_text="Null if it was deleted.")
    readers = serializers.IntegerField(help_text="Readers who were compared.")
    left_out = serializers.IntegerField(help_text="Known for too short a time, or nobody similar.")
    similar = serializers.IntegerField(help_text="Readers they were compared with.")
    returned = serializers.FloatField(help_text=SHARE)
    expected = serializers.FloatField(help_text="Share of similar readers, from 0 to 1.")
    difference = DifferenceOut()
    before = serializers.FloatField(
        allow_null=True,
        help_text="The difference in the weeks before, in the chance of a visit in a week.",
    )
    p_value = serializers.FloatField()
    finding = serializers.ChoiceField(choices=Effect.Verdict.choices)


class CausesOut(Out):
    """The causes of one kind, compared with similar readers: what goes together, not why."""

    as_of = serializers.DateField(allow_null=True)
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    horizon_weeks = serializers.IntegerField(allow_null=True)
    causes = CauseOut(many=True)
    hidden = serializers.IntegerField(help_text="Causes with too few readers to be shown.")


class ExperimentOut(Out):
    """The experiment of a rule; shares and difference are null below 30 readers in a group."""

    rule = serializers.IntegerField()
    title = serializers.CharField(allow_null=True)
    percent = serializers.IntegerField(help_text="Size of the control group.")
    as_of = serializers.DateField()
    horizon_weeks = serializers.IntegerField()
    written = serializers.IntegerField()
    held = serializers.IntegerField()
    running = serializers.IntegerField(help_text="Readers whose weeks aren't over yet.")
    written_share = serializers.FloatField(allow_null=True, help_text=SHARE)
    held_share = serializers.FloatField(allow_null=True, help_text=SHARE)
    difference = DifferenceOut(
        allow_null=True, help_text="With an interval that may be looked at every night."
    )
    interval_price = serializers.FloatField(
        allow_null=True, help_text="Times as wide as an interval for one look."
    )
    needed_readers = serializers.IntegerField(
        allow_null=True, help_text="Readers of both groups that show 5 points four times in five."
    )
    visible_difference = serializers.FloatField(
        allow_null=True,
        help_text="The difference that groups of these sizes detect four times in five.",
    )
    words = serializers.ListField(child=serializers.CharField())


class ExperimentsOut(Out):
    """All experiments."""

    experiments = ExperimentOut(many=True)


class ReaderScoreOut(Out):
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


class ReadersOut(Out):
    """Readers by id; ``next`` is the ``after`` of the next page, null on the last."""

    readers = ReaderOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class ReaderScoresOut(Out):
    """Scores by id; ``next`` is the address of the next page, null on the last."""

    as_of = serializers.DateField(allow_null=True, help_text="Null before the first scoring.")
    horizon_weeks = serializers.IntegerField(allow_null=True)
    scores = ReaderScoreOut(many=True)
    next = serializers.CharField(allow_null=True)


class EntryOut(Out):
    """An entry of the timeline."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    whole_day = serializers.BooleanField()


class OneReaderOut(ReaderOut):
    """A reader with the newest history; ``older`` is the ``before`` of the next page."""

    timeline = EntryOut(many=True)
    older = serializers.DateTimeField(allow_null=True)


class ReadersIn(Out):
    """Query parameters of the list of readers."""

    tier = serializers.ChoiceField(choices=Tier.choices, required=False)
    field = serializers.ChoiceField(choices=AttitudeGroup.choices, required=False)
    rfv = serializers.ChoiceField(choices=Level.choices, required=False)
    after = serializers.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=500, default=100)


class ScoresIn(Out):
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


class CausesIn(Out):
    """Query parameters of the causes."""

    kind = serializers.ChoiceField(
        choices=Effect.Kind.choices,
        required=False,
        default=Effect.Kind.ARTICLE.value,
    )
    limit = serializers.IntegerField(required=False, min_value=1, max_value=1000, default=100)


class BeforeIn(Out):
    """Query parameters of a reader's history."""

    before = serializers.DateTimeField(required=False)
