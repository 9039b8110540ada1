"""Reads of what was measured, with the names of pages, surveys and rules."""

from dataclasses import dataclass

from django.db.models import QuerySet

from cx_feedback.core.rooms.titles import Name, get_names
from cx_feedback.loyalty.effects.experiments import Finding, finding
from cx_feedback.loyalty.effects.statistics import SHOWN_FROM, Difference
from cx_feedback.loyalty.reports.report_tables import Effect, Experiment

Kind = Effect.Kind
#: What the ids of a kind of cause name.
NAMED = {
    Kind.ARTICLE: "page",
    Kind.SECTION: "page",
    Kind.SURVEY: "survey",
    Kind.RULE: "rule",
}


@dataclass(frozen=True)
class NamedEffect:
    """An effect and what an editor calls its cause; ``name`` is None when it is gone."""

    effect: Effect
    name: Name | None

    @property
    def difference(self) -> Difference:
        return Difference(self.effect.difference, self.effect.low, self.effect.high)


@dataclass(frozen=True)
class NamedFinding:
    """What an experiment says, and the name of its rule, None when it is gone."""

    finding: Finding
    name: Name | None


def effects(kind: str) -> QuerySet[Effect]:
    """Return the effects of a kind that may be shown."""
    return Effect.objects.filter(kind=kind, readers__gte=SHOWN_FROM)


def standing_out(kind: str, most: int = 3) -> tuple[list[NamedEffect], list[NamedEffect]]:
    """Return those with more than expected and those with fewer, the surest first."""
    more = effects(kind).filter(low__gt=0).order_by("-low", "pk")[:most]
    fewer = effects(kind).filter(high__lt=0).order_by("high", "pk")[:most]
    return named(list(more)), named(list(fewer))


def hidden(kind: str) -> int:
    """Return how many causes of a kind touched too few readers to be shown."""
    return Effect.objects.filter(kind=kind, readers__lt=SHOWN_FROM).count()


def everybody() -> Effect | None:
    """Return the effect of no cause at all: everybody who came; None if too few, or unmeasured."""
    return effects(Kind.ALL).first()


def named(found: list[Effect]) -> list[NamedEffect]:
    """Return effects of one kind with their names, in a few statements."""
    if not found:
        return []
    names = get_names(NAMED[Kind(found[0].kind)], {effect.cause_id for effect in found})
    return [NamedEffect(effect, names.get(effect.cause_id)) for effect in found]


def experiments() -> list[NamedFinding]:
    """Return what each experiment says, the newest rules first."""
    found = list(Experiment.objects.order_by("-rule_id", "-percent"))
    names = get_names("rule", {experiment.rule_id for experiment in found})
    return [NamedFinding(finding(one), names.get(one.rule_id)) for one in found]
