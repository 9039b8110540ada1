"""What brings readers back, against figures worked out one reader at a time."""

import datetime
import math
from collections import defaultdict

import numpy as np
import pytest
from django.utils import timezone
from scipy.stats import t

from cx_feedback.loyalty.effects.experiment_statistics import Sums, difference_to_expected
from cx_feedback.loyalty.effects.measurement import Span, measure_effects
from cx_feedback.loyalty.model import Parameters
from cx_feedback.loyalty.model.simulation import simulate_visits
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.reports.report_models import Effect
from cx_feedback.loyalty.services import score_readers
from cx_feedback.readers.models import Activity, Reader, VisitDay
from cx_feedback.readers.periods import EPOCH
from cx_feedback.readers.services import rebuild_figures

END = datetime.date(2026, 3, 1)  # a Sunday
TRUTH = Parameters(1.2, 1.6, 0.6, 6.0)
HORIZON = 4


def likelihood(x, t_x, n, p=TRUTH):
    """The likelihood of Fader, Hardie and Shang (2010) as printed, term by term."""

    def beta(a, b):
        return math.exp(math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b))

    a, b, g, d = p.alpha, p.beta, p.gamma, p.delta
    stays = beta(a + x, b + n - x) / beta(a, b) * beta(g, d + n) / beta(g, d)
    return stays + sum(
        beta(a + x, b + j - x) / beta(a, b) * beta(g + 1, d + j) / beta(g, d) for j in range(t_x, n)
    )


def week(day):
    return (day - EPOCH).days // 7


def expected(days, base, p=TRUTH):
    """The probability of a return within four weeks for who came on ``days`` up to ``base``."""
    weeks = sorted({week(day) for day in days if day <= base})
    x, t_x, n = len(weeks) - 1, weeks[-1] - weeks[0], week(base) - weeks[0]
    if t_x == n:
        return 1 - likelihood(x, t_x, n + HORIZON, p) / likelihood(x, t_x, n, p)
    share = (base.weekday() + 1) / 7  # of the week that goes on

    def at(weeks):
        return (1 - share) * likelihood(x, t_x, weeks, p) + share * likelihood(x, t_x, weeks + 1, p)

    return 1 - at(n - 1 + HORIZON) / at(n - 1)


def returned(days, base):
    start = base
    if week(base) in {week(day) for day in days if day <= base}:
        start = EPOCH + datetime.timedelta(days=7 * week(base) + 6)
    return any(start < day <= start + datetime.timedelta(weeks=HORIZON) for day in days)


def make_fit(as_of, parameters=TRUTH, **kwargs):
    values = dict(zip(("alpha", "beta", "gamma", "delta"), vars(parameters).values(), strict=True))
    known = {"log_likelihood": 0, "quality": "good", "readers": 1, "cells": 1, "expected": 1}
    known |= {"expected_low": 0, "expected_high": 2}
    return Fit.objects.create(
        as_of=as_of,
        period="week",
        horizon_weeks=HORIZON,
        first_day=as_of,
        trained_as_of=as_of,
        completed_at=timezone.now(),
        **values,
        **{**known, **kwargs},
    )


def days_before(days, day=END):
    return day - datetime.timedelta(days=days)


def noon(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


@pytest.fixture
def histories(db):
    """80 readers with a handful of days each over 40 weeks: pk to days."""
    rng = np.random.default_rng(7)
    readers = Reader.objects.bulk_create(Reader() for _ in range(80))
    days = {
        reader.pk: sorted(
            {
                END - datetime.timedelta(days=int(d))
                for d in rng.integers(0, 280, rng.integers(1, 12))
            }
        )
        for reader in readers
    }
    VisitDay.objects.bulk_create(
        VisitDay(reader_id=pk, day=day) for pk, mine in days.items() for day in mine
    )
    return days


def test_every_cause_is_as_worked_out_by_hand(histories, home, article):
    rng, bases = np.random.default_rng(8), defaultdict(dict)
    span, rows = Span.before(END, HORIZON), []
    section = article  # right below the root page: a section of its own
    for pk, days in histories.items():
        for day in days:
            if not span.since <= day <= span.until:
                continue
            bases["all", 0].setdefault(pk, day)
            if rng.random() < 0.6:
                kind = str(rng.choice(["response", "nps", "comment"]))
                detail = {"survey": 5} if kind != "comment" else {}
                page = article.pk if rng.random() < 0.8 else None
                rows.append(
                    Activity(reader_id=pk, kind=kind, page_id=page, detail=detail, at=noon(day))
                )
                if page:
                    bases["article", page].setdefault(pk, day)
                    bases["section", section.pk].setdefault(pk, day)
                if detail:
                    bases["survey", 5].setdefault(pk, day)
        mailed = span.since + datetime.timedelta(days=int(rng.integers(0, 180)))
        here = mailed in days
        base = mailed if here else mailed - datetime.timedelta(days=1)
        held = bool(rng.random() < 0.3)
        rows.append(
            Activity(
                reader_id=pk,
                kind="follow_up",
                detail={"rule": 9, "held_back": held, "percent": 30, "here": here},
                at=noon(mailed),
            )
        )
        if days[0] <= base and not held and mailed <= span.until:
            bases["rule", 9][pk] = base
    Activity.objects.bulk_create(rows)
    make_fit(span.since - datetime.timedelta(days=1))
    measure_effects(as_of=END)
    found = {(e.kind, e.cause_id): e for e in Effect.objects.all()}
    assert found.keys() == bases.keys()
    assert len(bases["rule", 9]) > 20
    for cause, mine in bases.items():
        effect, n = found[cause], len(mine)
        p = np.array([expected(histories[pk], base) for pk, base in mine.items()])
        y = np.array([returned(histories[pk], base) for pk, base in mine.items()])
        assert (effect.readers, effect.returned) == (n, y.sum()), cause
        assert effect.expected == pytest.approx(p.mean(), abs=1e-9)
        assert effect.difference == pytest.approx((y - p).mean(), abs=1e-9)
        sampled, chance = np.var(y - p, ddof=1), (p * (1 - p)).mean()
        variance = ((n - 1) * sampled + 30 * chance) / (n + 29)
        margin = t.ppf(0.975, n - 1) * math.sqrt(variance / n)
        assert effect.low == pytest.approx((y - p).mean() - margin, abs=1e-9)
        assert effect.high == pytest.approx((y - p).mean() + margin, abs=1e-9)


def test_each_stretch_asks_the_last_fit_before_it(histories, article):
    span = Span.before(END, HORIZON)
    other = Parameters(3.0, 1.0, 0.5, 9.0)
    middle = span.since + datetime.timedelta(weeks=12)
    make_fit(span.since - datetime.timedelta(days=1))
    make_fit(middle - datetime.timedelta(days=1), other)
    early = {
        pk: next(d for d in days if d >= span.since)
        for pk, days in histories.items()
        if any(span.since <= d < middle for d in days)
    }
    late = {
        pk: next(d for d in days if d >= middle)
        for pk, days in histories.items()
        if any(middle <= d <= span.until for d in days)
    }
    for survey, bases in ((1, early), (2, late)):
        Activity.objects.bulk_create(
            Activity(reader_id=pk, kind="response", detail={"survey": survey}, at=noon(day))
            for pk, day in bases.items()
        )
    measure_effects(as_of=END)
    for survey, bases, parameters in ((1, early, TRUTH), (2, late, other)):
        p = [expected(histories[pk], base, parameters) for pk, base in bases.items()]
        effect = Effect.objects.get(kind="survey", cause_id=survey)
        assert effect.expected == pytest.approx(np.mean(p), abs=1e-9)


def test_touches_whose_weeks_are_not_over_do_not_count(histories):
    pk = next(pk for pk, days in histories.items() if len(days) > 3)
    span = Span.before(END, HORIZON)
    assert span.until == END - datetime.timedelta(weeks=4)
    assert Span.before(END - datetime.timedelta(days=1), HORIZON).until == END - datetime.timedelta(
        weeks=5
    )
    make_fit(span.since)
    Activity.objects.create(
        reader_id=pk,
        kind="response",
        detail={"survey": 1},
        at=noon(span.until + datetime.timedelta(days=1)),
    )
    measure_effects(as_of=END)
    assert not Effect.objects.filter(kind="survey").exists()
    assert Effect.objects.get(kind="all").until == span.until


def test_nothing_without_a_fit_and_a_second_run_replaces(histories):
    assert measure_effects(as_of=END) == []
    make_fit(END)
    first = [str(e) for e in measure_effects(as_of=END)]
    assert first
    assert [str(e) for e in measure_effects(as_of=END)] == first
    assert Effect.objects.count() == len(first)


def test_the_interval_knows_chance_where_the_sample_knows_none():
    everybody = difference_to_expected(Sums(40, 40, 36.0, 32.4, 36.0))
    assert everybody.value == pytest.approx(0.1)
    margin = t.ppf(0.975, 39) * math.sqrt(30 * 0.09 / 69 / 40)
    assert everybody.low == pytest.approx(0.1 - margin)


def simulated(rng, readers, lift):
    """Sums of readers of the model who just came; ``lift`` of the absent come all the same."""
    comes, leaves = rng.beta(1.2, 1.6, readers), rng.beta(0.6, 6.0, readers)
    weeks = 20 + HORIZON
    stays = np.cumprod(rng.random((readers, weeks)) >= leaves[:, None], axis=1).astype(bool)
    came = stays & (rng.random((readers, weeks)) < comes[:, None])
    before = np.concatenate([np.ones((readers, 1), bool), came[:, :20]], axis=1)
    here = before[:, -1]  # touched while here
    y = came[:, 20:].any(axis=1) | (rng.random(readers) < lift)
    x = before.sum(axis=1) - 1
    known = {k: 1 - likelihood(k, 20, 24) / likelihood(k, 20, 20) for k in set(x[here].tolist())}
    p = np.array([known[k] for k in x[here].tolist()])
    y = y[here]
    return Sums(len(p), int(y.sum()), p.sum(), (p * p).sum(), p[y].sum())


def test_where_nothing_is_planted_the_interval_covers_nothing_as_often_as_it_says():
    rng = np.random.default_rng(95)
    covered = [
        found.low <= 0 <= found.high
        for found in (difference_to_expected(simulated(rng, 250, 0)) for _ in range(400))
    ]
    assert 0.93 <= np.mean(covered) <= 0.98


def test_a_planted_lift_is_found_in_its_size():
    rng = np.random.default_rng(96)
    found = [difference_to_expected(simulated(rng, 5000, 0.4)) for _ in range(30)]
    assert np.mean([one.low > 0 for one in found]) > 0.9
    # Of those who would have stayed away, 40 % came: about 0.4 times the share that stays away.
    nothing = [simulated(np.random.default_rng(k), 5000, 0) for k in range(10)]
    absent = 1 - np.mean([s.returned / s.readers for s in nothing])
    assert np.mean([one.value for one in found]) == pytest.approx(0.4 * absent, abs=0.01)


def test_an_article_that_brings_readers_back_is_told_from_one_that_does_not(home):
    """From visit days to the kept effect: fitted, touched, measured; every second one lifted."""
    rng = np.random.default_rng(97)
    readers = Reader.objects.bulk_create(Reader() for _ in range(900))
    monday = END - datetime.timedelta(days=7 * 30 - 1)
    days, acts, touched = set(), [], {1: 0, 2: 0}
    for number, came in enumerate(simulate_visits(TRUTH, 900, 29, rng)):
        weeks = set(np.flatnonzero(came).tolist())
        week_of_act = next((w for w in sorted(weeks) if w >= 16), None)
        if week_of_act is not None and week_of_act <= 24:
            page = 1 + number % 2
            touched[page] += 1
            if page == 2 and rng.random() < 0.7:
                weeks.add(week_of_act + int(rng.integers(1, 4)))
            day = monday + datetime.timedelta(weeks=week_of_act)
            pk = readers[number].pk
            acts.append(Activity(reader_id=pk, kind="comment", page_id=page, at=noon(day)))
        days |= {(readers[number].pk, monday + datetime.timedelta(weeks=w)) for w in weeks}
    VisitDay.objects.bulk_create(VisitDay(reader_id=pk, day=day) for pk, day in days)
    Activity.objects.bulk_create(acts)
    rebuild_figures(reader_ids=[reader.pk for reader in readers])
    score_readers(as_of=monday + datetime.timedelta(weeks=16, days=-1), history_only=True)
    measure_effects(as_of=END)
    found = {e.cause_id: e for e in Effect.objects.filter(kind="article")}
    assert {pk: e.readers for pk, e in found.items()} == touched
    assert found[1].low < 0 < found[1].high
    assert found[2].low > 0
    # The fit knows nothing of the lift: it was made before the first touch.
    assert found[1].expected == pytest.approx(found[2].expected, abs=0.03)
