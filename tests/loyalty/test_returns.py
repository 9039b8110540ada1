"""What brings readers back, against histories worked out one reader at a time, and simulations."""

import datetime
from collections import defaultdict

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from benchmarks import truth_effects
from cx_feedback.loyalty.effects import act_histories, measurement
from cx_feedback.loyalty.effects.act_histories import EARLY, LEAST_WEEKS, open_tables
from cx_feedback.loyalty.effects.comparison import (
    CauseCells,
    UnitCells,
    compare_causes,
    find_discoveries,
)
from cx_feedback.loyalty.effects.measurement import Span, measure_effects
from cx_feedback.loyalty.model import Parameters
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.reports.report_models import Effect
from cx_feedback.readers.models import Activity, Reader, VisitDay
from cx_feedback.readers.periods import EPOCH
from cx_feedback.readers.services import rebuild_figures

END = datetime.date(2026, 3, 1)  # a Sunday
TRUTH = Parameters(1.2, 1.6, 0.6, 6.0)
HORIZON = 4


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
    rebuild_figures(reader_ids=list(days))
    return days


def week(day):
    return (day - EPOCH).days // 7


def number(day):
    return (day - EPOCH).days


def returned(days, base):
    """Return whether a reader came back; of a week with a visit the rest leaves no trace."""
    start = base
    if week(base) in {week(day) for day in days if day <= base}:
        start = EPOCH + datetime.timedelta(days=7 * week(base) + 6)
    return any(start < day <= start + datetime.timedelta(weeks=HORIZON) for day in days)


@pytest.fixture
def acts(histories):
    """Comments and answers of the readers on days on which they came: (pk, day, kind)."""
    rng, found = np.random.default_rng(8), []
    for pk, days in histories.items():
        for day in days:
            for kind in ("comment", "response"):
                if rng.random() < 0.5:
                    found.append((pk, day, kind))
    Activity.objects.bulk_create(
        Activity(
            reader_id=pk,
            kind=kind,
            page_id=1 + pk % 3,
            detail={"survey": 5} if kind == "response" else {},
            at=noon(day),
        )
        for pk, day, kind in found
    )
    return found


def test_histories_are_as_worked_out_by_hand(histories, acts):
    span = Span.before(END, HORIZON)
    first = week(span.since)
    with open_tables():
        measurement._store_histories(span)
        with connection.cursor() as cursor:
            cursor.execute("SELECT reader_id, week, grp, base, code, came, early FROM cx_unit")
            rows = {row[:3]: row[3:] for row in cursor.fetchall()}
    truth = {}
    for pk, day, kind in acts:
        group = {"response": 0, "comment": 2}[kind]
        known = week(day) - week(histories[pk][0]) >= LEAST_WEEKS
        if span.since <= day <= span.until and known:
            key = (pk, week(day), group)
            truth[key] = min(day, truth.get(key, day))
    assert rows.keys() == truth.keys()
    assert len(rows) > 60
    for (pk, at, group), base in truth.items():
        found, code, came, early = rows[pk, at, group]
        before = [day for day in histories[pk] if day <= base]
        weeks = {week(day) for day in before} - {at}
        assert found == number(base)
        assert came == returned(histories[pk], base)
        assert early == sum(at - k in weeks for k in range(1, EARLY + 1))
        [levels] = act_histories._decode(np.array([code])).tolist()
        age = at - min(weeks)
        bits = sum(2 ** (k - 1) for k in range(1, 5) if at - k in weeks)
        assert levels[:2] == [at - first, group]
        share = (20 * len(weeks) // age + 1) // 2
        assert levels[2] == 11 * sum(age >= border for border in (8, 16, 32, 64)) + share
        assert levels[3] == (bits or (17 if at - max(weeks) <= 8 else 18))
        lately = sum(1 <= (base - day).days <= 28 for day in before)
        more = lately - sum(at - k in weeks for k in range(1, 5))
        assert levels[4] == sum(more >= border for border in (1, 3, 6, 11))
        done = sum(who == pk and 0 <= (base - day).days <= 28 for who, day, _kind in acts)
        assert levels[5] == sum(done >= border for border in (2, 3, 5))
        assert levels[6] == 1


def test_readers_of_a_cause_are_compared_with_others_of_their_kind_and_month():
    """Two kinds of act, of which only one tells causes apart; figures by hand."""
    levels = np.array([[0, 0], [0, 1], [5, 0]])
    pool = UnitCells(levels, np.array([200, 200, 100]), np.array([120, 40, 30]))
    causes = CauseCells(
        2,
        np.array([0, 0, 1]),
        np.array([0, 1, 2]),
        np.array([100, 100, 100]),
        np.array([80, 20, 30]),
        np.array([100, 100, 100]),
        np.array([80, 20, 30]),
    )
    found = compare_causes(pool, causes, inside=np.array([True, True]))
    # Of 100 who did the first 80 came, of the 100 others 40; of the second 20 and 20.
    assert found.compared.tolist() == [200, 0]
    assert found.similar.tolist() == [200, 0]
    assert found.difference[0] == pytest.approx(0.2, abs=1e-6)
    assert found.share[0] == 0.5
    assert np.isnan(found.difference[1])  # nobody else did anything in that month
    assert found.z[1] == 0
    outside = compare_causes(pool, causes, inside=np.array([False, True]))
    assert outside.similar.tolist() == [400, 0]


def test_discoveries_are_those_of_benjamini_and_hochberg():
    # Table 1 of Benjamini and Hochberg (1995), their example of 15 hypotheses: four stand out.
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0,
    ]  # fmt: skip
    assert find_discoveries(np.array(p), 0.05).tolist() == [True] * 4 + [False] * 11
    assert find_discoveries(np.array([]), 0.05).tolist() == []


def test_touches_whose_weeks_are_not_over_do_not_count(histories):
    pk = next(pk for pk, days in histories.items() if len(days) > 3)
    span = Span.before(END, HORIZON)
    assert span.until == END - datetime.timedelta(weeks=4)
    assert Span.before(END - datetime.timedelta(days=1), HORIZON).until == END - datetime.timedelta(
        weeks=5
    )
    Activity.objects.create(
        reader_id=pk,
        kind="response",
        detail={"survey": 1},
        at=noon(span.until + datetime.timedelta(days=1)),
    )
    assert measure_effects(as_of=END) == []


def test_few_readers_have_no_figures_and_a_second_run_replaces(histories, acts):
    first = [str(effect) for effect in measure_effects(as_of=END)]
    few = Effect.objects.get(kind="survey")
    assert few.similar == 0  # all answers are to this survey
    assert (few.difference, few.low, few.p_value) == (None, None, None)
    assert few.verdict == "unknown"
    assert [str(effect) for effect in measure_effects(as_of=END)] == first
    assert Effect.objects.count() == len(first)


def test_nothing_at_all(db):
    assert measure_effects(as_of=END) == []


def verdicts(world, seeds):
    found = defaultdict(list)
    for seed in seeds:
        for article, verdict in truth_effects.measure_site(world, seed).items():
            found[article].append(verdict)
    return found


@pytest.mark.slow
def test_the_causal_article_stands_out_and_not_habit_or_mood(db):
    found = verdicts(truth_effects.World(), range(100, 106))
    assert sum(verdict == "more" for verdict in found[truth_effects.CAUSAL]) >= 4
    for article in (truth_effects.HABITUAL, truth_effects.MOOD):
        assert sum(verdict in ("more", "fewer") for verdict in found[article]) <= 1


@pytest.mark.slow
def test_among_articles_without_effect_hardly_any_stands_out(db):
    found = verdicts(truth_effects.NO_EFFECT, range(2))
    shown = [verdict for each in found.values() for verdict in each if verdict != "unknown"]
    assert len(shown) > 60
    assert sum(verdict in ("more", "fewer") for verdict in shown) <= 3
