"""Measure what goes together with returns: each cause's readers against similar readers.

Similar readers did the same kind of act in the same weeks, on something else, and had the same
history before. A cause stands out if its readers come back more (or less) often than they, and
also more than the same comparison for the weeks *before* the act explains: readers with a habit,
or in a passing mood, come more often before as well. Of what stands out at most one in twenty may
be chance (Benjamini and Hochberg). Its readers then leave the comparison of the others, who would
look worse beside them.
"""

import datetime
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from cx_feedback.core.experiment_statistics import MIN_READERS
from cx_feedback.loyalty.effects import act_histories
from cx_feedback.loyalty.effects.comparison import (
    Bools,
    Comparison,
    compare_causes,
    find_discoveries,
    get_p_values,
)
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.effects.participant_queries import iter_acts, iter_touches
from cx_feedback.loyalty.model.cells import Floats, Ints
from cx_feedback.loyalty.reports.report_models import Effect
from cx_feedback.loyalty.site_settings import get_loyalty_config
from cx_feedback.readers.periods import get_first_day, get_period

#: Weeks of touches that are included.
WEEKS = 26
#: Share of the causes that stand out which may do so by chance.
FALSE_DISCOVERIES = 0.05
#: Causes of a kind whose readers leave the comparison of the others, at most.
MOST_ASIDE = 20
#: Standard errors from which a difference in one direction counts (5%).
BORDER = 1.6448536269514722
#: An effect of this share more errors counts like one in the other direction: where two causes
#: can only be compared with each other, the one that brings readers back is named.
FAVOUR = 1.25
#: Causes from which on their own spread is known.
MANY = 20
#: The median of the absolute value of a standard normal variable.
MEDIAN_OF_CHANCE = 0.6744897501960817
KINDS = (Effect.Kind.ARTICLE, Effect.Kind.SECTION, Effect.Kind.SURVEY, Effect.Kind.RULE)
Verdict = Effect.Verdict


@dataclass(frozen=True)
class Span:
    """The days of the touches (inclusive), and the weeks in which a return counts.

    The weeks after the last touch end on ``as_of``.
    """

    since: datetime.date
    until: datetime.date
    as_of: datetime.date
    horizon_weeks: int

    @classmethod
    def before(cls, as_of: datetime.date, horizon_weeks: int) -> "Span":
        """Return the newest span whose weeks are over at the end of ``as_of``."""
        open_ = as_of - datetime.timedelta(days=7 * horizon_weeks - 1)
        until = get_first_day(get_period(open_)) - datetime.timedelta(days=1)
        since = until - datetime.timedelta(days=7 * WEEKS - 1)
        return cls(since, until, as_of, horizon_weeks)


@dataclass(frozen=True)
class Findings:
    """The comparisons of the causes of a kind after their acts and before; one entry per cause.

    ``turns`` numbers those that stand out in the order in which they were found, 0 for the others.
    """

    kind: str
    causes: Ints
    readers: Ints
    now: Comparison
    early: Comparison
    horizon_weeks: int
    turns: Ints

    @property
    def enough(self) -> Bools:
        """Return whether there are enough readers on both sides."""
        return (self.now.compared >= MIN_READERS) & (self.now.similar >= MIN_READERS)

    @property
    def advance(self) -> Floats:
        """Return what the difference before the act lets expect after it.

        ``early`` is the difference in the chance of a visit in a week. The share that comes back
        within ``h`` weeks, 1 - (1 - q)^h, changes by h (1 - q)^(h - 1) times as much.
        """
        h = self.horizon_weeks
        stays_away = 1 - np.clip(np.nan_to_num(self.now.share, nan=0.5), 0.02, 0.98)
        slope: Floats = h * stays_away ** ((h - 1) / h)
        return slope

    @property
    def z(self) -> Floats:
        """Return the difference beyond what the weeks before explain, in standard errors.

        Where many causes spread more than chance alone would spread them, an error is as large
        as they say: the empirical null of Efron (2004), Journal of the American Statistical
        Association 99.
        """
        gap, error = self.advance * self.early.difference, self.advance * self.early.error
        left, spread = self.now.difference - gap, np.hypot(self.now.error, error)
        found = np.divide(left, spread, out=np.zeros_like(spread), where=spread > 0)
        z = np.where(self.enough, np.nan_to_num(found), 0.0)
        if self.enough.sum() < MANY:
            return z
        return z / max(1.0, float(np.median(np.abs(z[self.enough]))) / MEDIAN_OF_CHANCE)

    @property
    def p_values(self) -> Floats:
        return get_p_values(self.z, self.now.compared)

    def find_discoveries(self) -> Bools:
        """Return which causes stand out."""
        found = np.zeros(len(self.causes), dtype=np.bool_)
        found[self.enough] = find_discoveries(self.p_values[self.enough], FALSE_DISCOVERIES)
        return found & (np.sign(self.z) * self.now.z > BORDER)


def measure_effects(*, as_of: datetime.date, horizon_weeks: int | None = None) -> list[Effect]:
    """Measure every article, section, survey and rule as of a day, replacing the stored effects.

    Returns the stored effects, none before there are readers who did something.
    """
    span = Span.before(as_of, horizon_weeks or get_loyalty_config().horizon_weeks)
    with transaction.atomic():
        with act_histories.open_tables():
            _store_histories(span)
            found = [_compare_kind(str(kind), span.horizon_weeks) for kind in KINDS]
        Effect.objects.all().delete()
        effects = [effect for one in found for effect in _build_effects(one, span)]
        return Effect.objects.bulk_create(effects, batch_size=1000)


def _store_histories(span: Span) -> None:
    lately = span.since - datetime.timedelta(days=act_histories.LATELY)
    for acts in iter_acts(lately, span.until):
        act_histories.insert_rows("cx_act", "reader_id, base, grp, acts", acts)
    for touches in iter_touches(span.since, span.until):
        act_histories.insert_rows("cx_touch", "kind, cause, reader_id, base, grp", touches)
    act_histories.store_units(
        first_week=get_day_number(span.since) // 7,
        last_week=get_day_number(span.until) // 7,
        horizon_weeks=span.horizon_weeks,
    )


def _compare_kind(kind: str, horizon_weeks: int) -> Findings:
    """Compare the causes of a kind, and set aside one that stands out after the other."""
    causes, readers = act_histories.read_touched(kind)
    act_histories.reset_pool()
    found = _compare(kind, causes, readers, horizon_weeks, np.zeros(len(causes), dtype=np.int64))
    while len(causes) and (last := int(found.turns.max())) < MOST_ASIDE:
        z = np.where(found.find_discoveries() & (found.turns == 0), found.z, 0.0)
        if not z.any():
            break
        at = int(np.argmax(np.where(z > 0, FAVOUR * z, -z)))
        turns = found.turns.copy()
        turns[at] = last + 1
        act_histories.set_aside(kind, int(causes[at]), turn=last + 1, horizon_weeks=horizon_weeks)
        found = _compare(kind, causes, readers, horizon_weeks, turns)
    return found


def _compare(kind: str, causes: Ints, readers: Ints, horizon_weeks: int, turns: Ints) -> Findings:
    compared = []
    for early in (False, True):
        codes, pool = act_histories.read_pool(early=early)
        units = act_histories.read_causes(kind, causes, codes, turns=turns, early=early)
        compared.append(compare_causes(pool, units, inside=turns == 0))
    return Findings(kind, causes, readers, compared[0], compared[1], horizon_weeks, turns)


def _build_effects(found: Findings, span: Span) -> list[Effect]:
    stands_out, enough = found.find_discoveries(), found.enough
    effects = []
    for n, (cause, readers) in enumerate(zip(found.causes, found.readers, strict=True)):
        effect = Effect(
            kind=found.kind,
            cause_id=int(cause),
            since=span.since,
            until=span.until,
            as_of=span.as_of,
            horizon_weeks=span.horizon_weeks,
            readers=int(found.now.compared[n]),
            left_out=int(readers) - int(found.now.compared[n]),
            similar=int(found.now.similar[n]),
        )
        if enough[n]:
            _set_figures(effect, found, n, bool(stands_out[n]))
        effects.append(effect)
    return effects


def _set_figures(effect: Effect, found: Findings, n: int, stands_out: bool) -> None:
    from scipy.special import stdtrit

    now, early = found.now, found.early
    difference, margin = float(now.difference[n]), float(now.error[n])
    margin *= float(stdtrit(max(1, effect.readers - 1), 0.975))
    effect.returned = round(float(now.share[n]) * effect.readers)
    effect.expected = float(now.expected[n])
    effect.difference = difference
    effect.low, effect.high = max(-1.0, difference - margin), min(1.0, difference + margin)
    effect.before = float(early.difference[n]) if early.compared[n] else None
    effect.p_value = float(found.p_values[n])
    before = np.sign(difference) * float(early.z[n]) > BORDER
    if stands_out:
        effect.verdict = Verdict.MORE if difference > 0 else Verdict.FEWER
    elif before and effect.low * effect.high > 0:
        effect.verdict = Verdict.BEFORE
    else:
        effect.verdict = Verdict.CHANCE
