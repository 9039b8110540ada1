"""Reads of effects and experiments, with the names of pages, surveys and rules."""

from dataclasses import dataclass

from django.db.models import QuerySet

from cx_feedback.core.rooms.titles import Name, get_names
from cx_feedback.loyalty.effects.experiment_statistics import MIN_READERS, Difference
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


@dataclass(frozen=True)
class NamedEffect:
    """An effect and the name of its cause; ``name`` is None if the cause was deleted."""

    effect: Effect
    name: Name | None

    @property
    def difference(self) -> Difference:
        return Difference(self.effect.difference, self.effect.low, self.effect.high)


@dataclass(frozen=True)
class NamedResult:
    """The result of an experiment; ``name`` is that of its rule, None if it was deleted."""

    finding: ExperimentResult
    name: Name | None


def get_effects(kind: str) -> QuerySet[Effect]:
    """Return the effects of a kind with enough readers to be shown."""
    return Effect.objects.filter(kind=kind, readers__gte=MIN_READERS)


def get_notable_effects(kind: str, most: int = 3) -> tuple[list[NamedEffect], list[NamedEffect]]:
    """Return the effects with more returns than expected and those with fewer, surest first."""
    more = get_effects(kind).filter(low__gt=0).order_by("-low", "pk")[:most]
    fewer = get_effects(kind).filter(high__lt=0).order_by("high", "pk")[:most]
    return add_names(list(more)), add_names(list(fewer))


def count_hidden_effects(kind: str) -> int:
    """Return the number of causes of a kind with too few readers to be shown."""
    return Effect.objects.filter(kind=kind, readers__lt=MIN_READERS).count()


def get_baseline_effect() -> Effect | None:
    """Return the figures of all readers for comparison; None if there are too few or none yet."""
    return get_effects(Kind.ALL).first()


def add_names(found: list[Effect]) -> list[NamedEffect]:
    """Return effects of one kind with the names of their causes, in a few statements."""
    if not found:
        return []
    names = get_names(NAME_KINDS[Kind(found[0].kind)], {effect.cause_id for effect in found})
    return [NamedEffect(effect, names.get(effect.cause_id)) for effect in found]


def get_experiment_results() -> list[NamedResult]:
    """Return the result of each experiment, the newest rules first."""
    found = list(Experiment.objects.order_by("-rule_id", "-percent"))
    names = get_names("rule", {experiment.rule_id for experiment in found})
    return [NamedResult(evaluate_experiment(one), names.get(one.rule_id)) for one in found]
