"""Reads of effects and experiments, with the names of pages, surveys and rules."""

from dataclasses import dataclass

from django.db.models import QuerySet

from cx_feedback.core.experiment_statistics import Difference
from cx_feedback.core.rooms.titles import Name, get_names
from cx_feedback.loyalty.effects.experiments import ExperimentResult, evaluate_experiment
from cx_feedback.loyalty.reports.report_models import Effect, Experiment

Kind = Effect.Kind
#: Kind of cause to the kind of name of its ids.
NAME_KINDS = {
    Kind.ARTICLE: "page",
    Kind.SECTION: "page",
    Kind.SURVEY: "survey",
    Kind.RULE: "rule",
}

STANDING_OUT = (Effect.Verdict.MORE, Effect.Verdict.FEWER)


@dataclass(frozen=True)
class NamedEffect:
    """An effect and the name of its cause; ``name`` is None if the cause was deleted."""

    effect: Effect
    name: Name | None

    @property
    def difference(self) -> Difference | None:
        """Return the difference to similar readers, None if too few can be compared."""
        effect = self.effect
        if effect.difference is None or effect.low is None or effect.high is None:
            return None
        return Difference(effect.difference, effect.low, effect.high)

    @property
    def stands_out(self) -> bool:
        return self.effect.verdict in STANDING_OUT


@dataclass(frozen=True)
class NamedResult:
    """The result of an experiment; ``name`` is that of its rule, None if it was deleted."""

    finding: ExperimentResult
    name: Name | None


def get_effects(kind: str) -> QuerySet[Effect]:
    """Return the effects of a kind with enough readers to be shown."""
    return Effect.objects.filter(kind=kind, difference__isnull=False)


def get_notable_effects(kind: str, most: int = 3) -> tuple[list[NamedEffect], list[NamedEffect]]:
    """Return the effects that stand out, with more returns and with fewer, surest first."""
    found, verdicts = get_effects(kind), Effect.Verdict
    more = found.filter(verdict=verdicts.MORE).order_by("-low", "pk")[:most]
    fewer = found.filter(verdict=verdicts.FEWER).order_by("high", "pk")[:most]
    return add_names(list(more)), add_names(list(fewer))


def count_hidden_effects(kind: str) -> int:
    """Return the number of causes of a kind with too few readers to be shown."""
    return Effect.objects.filter(kind=kind, difference__isnull=True).count()


def get_last_measurement() -> Effect | None:
    """Return any effect of the last measurement, for its days; None before the first."""
    return Effect.objects.order_by("pk").first()


def add_names(found: list[Effect]) -> list[NamedEffect]:
    """Return effects of one kind with the names of their causes, in a few statements."""
    if not found:
        return []
    names = get_names(NAME_KINDS[Kind(found[0].kind)], {effect.cause_id for effect in found})
    return [NamedEffect(effect, names.get(effect.cause_id)) for effect in found]


def get_experiments() -> QuerySet[Experiment]:
    """Return the experiments, the newest rules first."""
    return Experiment.objects.order_by("-rule_id", "-percent")


def get_experiment_results() -> list[NamedResult]:
    """Return the result of each experiment, the newest rules first."""
    return evaluate_experiments(list(get_experiments()))


def evaluate_experiments(found: list[Experiment]) -> list[NamedResult]:
    """Return the results of experiments with the names of their rules."""
    names = get_names("rule", {experiment.rule_id for experiment in found})
    return [NamedResult(evaluate_experiment(one), names.get(one.rule_id)) for one in found]
