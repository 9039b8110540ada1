"""The JSON of the overview, and of what is shown over time."""

from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.loyalty.fit_quality import Quality
from cx_feedback.loyalty.reports.attitudes import AttitudeGroup
from cx_feedback.loyalty.scoring.tier_rules import Tier


class TiersOut(OutputSerializer):
    """Readers by tier as of the end of a day."""

    as_of = serializers.DateField()
    tiers = serializers.DictField(
        child=serializers.IntegerField(), help_text=", ".join(Tier.values)
    )


class ExpectedOut(OutputSerializer):
    """Readers expected back, with the 95% interval."""

    readers = serializers.FloatField(source="expected")
    low = serializers.FloatField(source="expected_low")
    high = serializers.FloatField(source="expected_high")


class FitOut(OutputSerializer):
    """The fitted model; any ``quality`` other than "good" is a warning."""

    alpha = serializers.FloatField()
    beta = serializers.FloatField()
    gamma = serializers.FloatField()
    delta = serializers.FloatField()
    log_likelihood = serializers.FloatField()
    quality = serializers.ChoiceField(choices=[quality.value for quality in Quality])
    cells = serializers.IntegerField()


class TenthOut(OutputSerializer):
    """A tenth of the readers: the mean prediction and the share that returned."""

    readers = serializers.FloatField()
    predicted = serializers.FloatField()
    returned = serializers.FloatField()


class AccuracyOut(OutputSerializer):
    """The accuracy of predictions; ``tenths`` of the readers, the least likely to return first."""

    auc = serializers.FloatField()
    brier = serializers.FloatField()
    ece = serializers.FloatField()
    tenths = TenthOut(many=True)


class CheckOut(OutputSerializer):
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


class LoyaltyOut(OutputSerializer):
    """The overview. Before the first scoring ``scored`` is false and no other field is present."""

    scored = serializers.BooleanField()
    # Of ``{"scored": …, "fit": …, "tiers": …}`` and more.
    as_of = serializers.DateField(source="fit.as_of", required=False)
    period = serializers.ChoiceField(choices=["week", "day"], source="fit.period", required=False)
    horizon_weeks = serializers.IntegerField(source="fit.horizon_weeks", required=False)
    readers = serializers.IntegerField(source="fit.readers", required=False)
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


class ReturnOut(OutputSerializer):
    """Returns expected in the weeks after a day; ``returned`` is null until the weeks are over."""

    as_of = serializers.DateField()
    expected = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    returned = serializers.IntegerField(allow_null=True)


class CohortOut(OutputSerializer):
    """The new readers of a month, and how many of them came in each later month."""

    month = serializers.DateField()
    readers = serializers.IntegerField()
    active = serializers.ListField(child=serializers.IntegerField())


class AttitudeFieldOut(OutputSerializer):
    """An attitude group; ``readers`` is null if the number is too small to be shown."""

    field = serializers.ChoiceField(choices=AttitudeGroup.choices)
    readers = serializers.IntegerField(source="count", allow_null=True)


class AttitudesOut(OutputSerializer):
    """The groups by attitude and behaviour (Dick and Basu 1994)."""

    by_field = AttitudeFieldOut(source="groups", many=True)
    total = serializers.IntegerField(allow_null=True)
    too_new = serializers.IntegerField(source="new", allow_null=True)
