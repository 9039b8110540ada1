"""The JSON of what brings readers back: causes and experiments."""

from typing import Any

from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer
from cx_feedback.loyalty.effects.selectors import NamedEffect, NamedResult
from cx_feedback.loyalty.effects.wording import describe_experiment
from cx_feedback.loyalty.reports.report_models import Effect

SHARE = "From 0 to 1."


class DifferenceOut(OutputSerializer):
    """A difference between two shares with its 95% interval, from -1 to 1."""

    # Of ``{"difference": …, "says_something": …}``.
    value = serializers.FloatField(source="difference.value")
    low = serializers.FloatField(source="difference.low")
    high = serializers.FloatField(source="difference.high")
    says_something = serializers.BooleanField(
        help_text="Of an experiment, whether the interval excludes 0; of a cause, whether it "
        "stands out among all of its kind."
    )


class CauseOut(OutputSerializer):
    """Readers who took part in something, and what similar readers did; no proof of a cause."""

    # Of ``{"found": …, "difference": …}``.
    kind = serializers.ChoiceField(choices=Effect.Kind.choices, source="found.effect.kind")
    id = serializers.IntegerField(source="found.effect.cause_id")
    title = serializers.CharField(
        source="found.name.title", allow_null=True, help_text="Null if it was deleted."
    )
    readers = serializers.IntegerField(
        source="found.effect.readers", help_text="Readers who were compared."
    )
    left_out = serializers.IntegerField(
        source="found.effect.left_out", help_text="Known for too short a time, or nobody similar."
    )
    similar = serializers.IntegerField(
        source="found.effect.similar", help_text="Readers they were compared with."
    )
    returned = serializers.FloatField(source="found.effect.share", help_text=SHARE)
    expected = serializers.FloatField(
        source="found.effect.expected", help_text="Share of similar readers, from 0 to 1."
    )
    difference = DifferenceOut()
    before = serializers.FloatField(
        source="found.effect.before",
        allow_null=True,
        help_text="The difference in the weeks before, in the chance of a visit in a week.",
    )
    p_value = serializers.FloatField(source="found.effect.p_value")
    finding = serializers.ChoiceField(choices=Effect.Verdict.choices, source="found.effect.verdict")


class CausesOut(OutputSerializer):
    """The causes of one kind, compared with similar readers: what goes together, not why."""

    # Of ``{"measured": …, "causes": …, "hidden": …}``.
    as_of = serializers.DateField(source="measured.as_of", allow_null=True)
    since = serializers.DateField(source="measured.since", allow_null=True)
    until = serializers.DateField(source="measured.until", allow_null=True)
    horizon_weeks = serializers.IntegerField(source="measured.horizon_weeks", allow_null=True)
    causes = CauseOut(many=True)
    hidden = serializers.IntegerField(help_text="Causes with too few readers to be shown.")
    next = serializers.CharField(
        allow_null=True, help_text="Address of the next part; null on the last."
    )


class ExperimentOut(OutputSerializer):
    """The experiment of a rule; shares and difference are null below 30 readers in a group."""

    # Of ``{"result": …, "name": …, "difference": …, "words": …}``.
    rule = serializers.IntegerField(source="result.experiment.rule_id")
    title = serializers.CharField(source="name.title", allow_null=True)
    percent = serializers.IntegerField(
        source="result.experiment.percent", help_text="Size of the control group."
    )
    as_of = serializers.DateField(source="result.experiment.as_of")
    horizon_weeks = serializers.IntegerField(source="result.experiment.horizon_weeks")
    written = serializers.IntegerField(source="result.experiment.written")
    held = serializers.IntegerField(source="result.experiment.held")
    running = serializers.IntegerField(
        source="result.experiment.running", help_text="Readers whose weeks aren't over yet."
    )
    written_share = serializers.FloatField(
        source="result.written_share", allow_null=True, help_text=SHARE
    )
    held_share = serializers.FloatField(
        source="result.held_share", allow_null=True, help_text=SHARE
    )
    difference = DifferenceOut(
        allow_null=True, help_text="With an interval that may be looked at every night."
    )
    interval_price = serializers.FloatField(
        source="result.price",
        allow_null=True,
        help_text="Times as wide as an interval for one look.",
    )
    needed_readers = serializers.IntegerField(
        source="result.needed",
        allow_null=True,
        help_text="Readers of both groups that show 5 points four times in five.",
    )
    visible_difference = serializers.FloatField(
        source="result.visible",
        allow_null=True,
        help_text="The difference that groups of these sizes detect four times in five.",
    )
    words = serializers.ListField(child=serializers.CharField())


class ExperimentsOut(OutputSerializer):
    """Experiments, the newest rules first."""

    experiments = ExperimentOut(many=True)
    next = serializers.CharField(
        allow_null=True, help_text="Address of the next part; null on the last."
    )


class CausesIn(serializers.Serializer[Any]):
    """Query parameters of the causes."""

    kind = serializers.ChoiceField(
        choices=Effect.Kind.choices,
        required=False,
        default=Effect.Kind.ARTICLE.value,
    )


def collect_effect(found: NamedEffect) -> dict[str, Any]:
    """Return what ``CauseOut`` reads of an effect."""
    difference = found.difference and {
        "difference": found.difference,
        "says_something": found.stands_out,
    }
    return {"found": found, "difference": difference}


def collect_experiment(found: NamedResult) -> dict[str, Any]:
    """Return what ``ExperimentOut`` reads of an experiment."""
    difference = found.finding.difference
    return {
        "result": found.finding,
        "name": found.name,
        "difference": difference
        and {"difference": difference, "says_something": difference.is_significant},
        "words": describe_experiment(found.finding),
    }
