"""Experiments and attitudes from the ledger, cohorts and outcomes from the visit days."""

import datetime
from collections import Counter

import numpy as np
import pytest
from scipy.stats import norm

from benchmarks import truth_experiments
from cx_feedback.core.experiment_statistics import (
    WORTH_SEEING,
    get_always_valid_difference,
    get_detectable_difference,
    get_margin,
    get_needed_readers,
    get_price,
)
from cx_feedback.core.statistics import wilson_interval
from cx_feedback.loyalty.effects.experiments import evaluate_experiment, measure_experiments
from cx_feedback.loyalty.effects.wording import (
    describe_experiment,
    format_points,
    format_share,
)
from cx_feedback.loyalty.reports import attitudes, cohorts, expected_returns
from cx_feedback.loyalty.reports.nightly_reports import update_reports
from cx_feedback.loyalty.reports.report_models import Attitude, Experiment, Outcome
from cx_feedback.readers.models import Activity, Reader, VisitDay
from tests.loyalty.test_returns import END, days_before, histories, make_fit, noon  # noqa: F401

pytestmark = pytest.mark.django_db


def follow_up(reader_id, day, *, rule=1, held_back=False, percent=20, here=False):
    detail = {"rule": rule, "held_back": held_back, "percent": percent, "here": here}
    return Activity(reader_id=reader_id, kind="follow_up", detail=detail, at=noon(day))


def test_both_groups_are_counted_as_by_hand(histories):  # noqa: F811
    rng, rows, truth = np.random.default_rng(3), [], Counter()
    for pk, days in histories.items():
        held, rule = bool(rng.random() < 0.4), int(rng.integers(1, 3))
        first = days_before(int(rng.integers(0, 200)))
        here = first in days
        rows.append(follow_up(pk, first, rule=rule, held_back=held, here=here))
        # A second mail later on changes nothing.
        rows.append(follow_up(pk, first + datetime.timedelta(days=9), rule=rule, held_back=held))
        base = first if here else first - datetime.timedelta(days=1)
        end = base + datetime.timedelta(weeks=4)
        group = "held" if held else "written"
        if end > END:
            truth[rule, "running"] += 1
            continue
        truth[rule, group] += 1
        truth[rule, f"{group}_returned"] += any(base < day <= end for day in days)
    Activity.objects.bulk_create(row for row in rows if row.at <= noon(END))
    measure_experiments(as_of=END)
    for rule in (1, 2):
        kept = Experiment.objects.get(rule_id=rule, percent=20)
        names = ("written", "written_returned", "held", "held_returned", "running")
        assert {n: getattr(kept, n) for n in names} == {n: truth[rule, n] for n in names}


def test_a_rule_without_an_experiment_is_none_and_a_changed_share_another(reader):
    other, third = Reader.objects.create(), Reader.objects.create()
    Activity.objects.bulk_create(
        [
            follow_up(reader.pk, days_before(40), percent=0),
            follow_up(other.pk, days_before(40), percent=10),
            follow_up(third.pk, days_before(40), percent=50, held_back=True),
            follow_up(third.pk, days_before(50), percent=20, rule=2),
        ]
    )
    measure_experiments(as_of=END)
    kept = Experiment.objects.order_by("rule_id", "percent")
    assert [(e.rule_id, e.percent, e.written, e.held) for e in kept] == [
        (1, 10, 1, 0),
        (1, 50, 0, 1),
        (2, 20, 1, 0),
    ]
    measure_experiments(as_of=END)
    assert Experiment.objects.count() == 3


def experiment(written, written_returned, held, held_returned):
    return Experiment(
        rule_id=1,
        percent=50,
        written=written,
        written_returned=written_returned,
        held=held,
        held_returned=held_returned,
    )


def test_a_finding_is_hidden_below_its_minimum_and_says_what_it_can():
    assert evaluate_experiment(experiment(500, 100, 29, 10)).difference is None
    said = evaluate_experiment(
        Experiment(
            rule_id=1, percent=50, written=400, written_returned=200, held=400, held_returned=150
        )
    )
    assert said.written_share == 0.5
    assert said.difference.value == pytest.approx(0.125)
    assert said.difference.is_significant
    nothing = evaluate_experiment(
        Experiment(
            rule_id=1, percent=50, written=60, written_returned=30, held=60, held_returned=27
        )
    )
    assert not nothing.difference.is_significant
    assert nothing.needed > 120


def test_intervals_against_published_figures():
    # Newcombe (1998), table I: 81 of 263, score interval.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_the_margin_is_that_of_the_normal_mixture():
    """Waudby-Smith and others (2024), Theorem 2.2, in its own letters, of 900 readers."""
    t, sigma, alpha = 900, 0.9, 0.05
    error = sigma / np.sqrt(t)
    rho2 = WORTH_SEEING**2 / sigma**2
    inner = t * rho2 + 1
    printed = sigma * np.sqrt(2 * inner / (t**2 * rho2) * np.log(np.sqrt(inner) / alpha))
    assert get_margin(error) == pytest.approx(printed)


def test_the_visible_difference_shows_four_times_in_five():
    rng, share, n, m = np.random.default_rng(5), 0.4, 900, 300
    size = get_detectable_difference(share, n, m)
    shown = [
        get_always_valid_difference(a, n, b, m).is_significant
        for a, b in zip(
            rng.binomial(n, share + size * m / (n + m), 2000),
            rng.binomial(m, share - size * n / (n + m), 2000),
            strict=True,
        )
    ]
    assert np.mean(shown) == pytest.approx(0.8, abs=0.04)
    needed = get_needed_readers(share, size, m / (n + m))
    assert needed == pytest.approx(n + m, abs=2)
    assert norm.ppf(0.975) == pytest.approx(1.96, abs=1e-3)


def test_a_look_every_night_for_a_year_misleads_seldom_and_one_for_a_single_look_often():
    found = truth_experiments.watch_experiments(share=0.3, lift=0.0, experiments=200, seed=4)
    assert found.false_verdicts <= 0.05
    assert found.false_of_single_looks > 0.25
    assert 1.3 < found.price < 2
    found = truth_experiments.watch_experiments(share=0.1, lift=0.08, experiments=200, seed=5)
    assert found.coverage >= 0.95
    assert found.found > 0.8


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ((0, 0, 0, 0), "no reader's weeks are over"),
        ((90, 20, 0, 0), "nobody in the control group"),
        ((0, 0, 90, 20), "nobody whose weeks are over got the emails"),
        ((90, 20, 29, 3), "figures appear with 30 readers"),
    ],
)
def test_an_empty_group_gets_a_sentence_and_no_figure(groups, words):
    said = evaluate_experiment(experiment(*groups))
    assert (said.difference, said.written_share, said.needed, said.price) == (None,) * 4
    [sentence] = describe_experiment(said)
    assert words in sentence


def test_an_experiment_says_its_price_and_what_it_still_needs():
    said = evaluate_experiment(experiment(400, 120, 100, 28))
    assert said.price == get_price(120, 400, 28, 100)
    words = " ".join(describe_experiment(said))
    assert "may be looked at every night" in words
    assert "more readers are needed" in words


def test_readers_count_from_the_beginning_of_an_experiment(reader):
    """A year that rolls would let an experiment begin again with every night."""
    Activity.objects.bulk_create([follow_up(reader.pk, days_before(800))])
    VisitDay.objects.create(reader=reader, day=days_before(790))
    measure_experiments(as_of=END)
    kept = Experiment.objects.get()
    assert (kept.written, kept.written_returned) == (1, 1)
    assert kept.since == days_before(801)


def say(reader, day, kind="nps", **detail):
    Activity.objects.create(reader=reader, kind=kind, detail=detail, at=noon(day))


def test_what_was_said_last_counts_facet_by_facet(reader):
    other = Reader.objects.create()
    say(reader, days_before(30), score=9, **{"class": "promoter"})
    say(reader, days_before(10), score=3, **{"class": "detractor"})
    say(reader, days_before(20), "response", emotion="happy", emotional_value=0.8, survey=1)
    say(other, days_before(5), "response", csat=4, ces=6, survey=1)
    say(other, days_before(5), "comment", csat=1)
    assert attitudes.update_attitudes() == 4
    kept = Attitude.objects.get(reader=reader)
    assert (kept.nps_class, kept.nps_score, kept.emotion) == ("detractor", 3, "happy")
    assert kept.emotional_value == pytest.approx(0.8)
    assert (kept.csat, kept.nps_at) == (None, noon(days_before(10)))
    assert (Attitude.objects.get(reader=other).csat, Attitude.objects.get(reader=other).ces) == (
        4,
        6,
    )
    assert attitudes.update_attitudes() == 0
    say(reader, days_before(40), score=10, **{"class": "promoter"})  # an import of old answers
    assert attitudes.update_attitudes() == 0
    say(reader, days_before(1), score=10, **{"class": "promoter"})
    assert attitudes.update_attitudes() == 1
    kept.refresh_from_db()
    assert (kept.nps_class, kept.emotion) == ("promoter", "happy")


@pytest.mark.parametrize(
    ("nps", "value", "tier", "field"),
    [
        ("promoter", None, "loyal", "true"),
        ("promoter", None, "won_back", "true"),
        ("promoter", None, "at_risk", "latent"),
        ("promoter", -0.5, "lover", "spurious"),
        ("passive", None, "lover", "spurious"),
        ("passive", 0.5, "fly_by", "latent"),
        ("detractor", 0.9, "lost", "none"),
        ("", 0.9, "loyal", "true"),
        ("", 0.0, "casual", "none"),
        ("promoter", None, "new", ""),
        ("promoter", None, "", ""),
    ],
)
def test_the_two_by_two(nps, value, tier, field):
    reader = Reader.objects.create(tier=tier)
    Attitude.objects.create(
        reader=reader,
        nps_class=nps,
        nps_at=noon(END) if nps else None,
        emotional_value=value,
        emotion_at=None if value is None else noon(END),
    )
    assert attitudes.count_attitude_groups()[field] == 1
    assert list(attitudes.get_readers_in_group(field)) == [reader]
    assert sum(attitudes.count_attitude_groups().values()) == 1


def test_cohorts_are_as_counted_by_hand(histories):  # noqa: F811
    as_of = datetime.date(2026, 2, 20)
    cohorts.measure_cohorts(as_of=as_of)
    truth = Counter()
    for days in histories.values():
        first = days[0].replace(day=1)
        for m in {d.replace(day=1) for d in days if d <= datetime.date(2026, 1, 31)}:
            truth[first, (m.year - first.year) * 12 + m.month - first.month] += 1
    shown = cohorts.get_cohorts()
    assert [c.month for c in shown] == sorted({first for first, _ in truth})
    for cohort in shown:
        assert cohort.readers == truth[cohort.month, 0]
        assert len(cohort.active) == (2026 - cohort.month.year) * 12 + 1 - cohort.month.month
        assert cohort.active == [truth[cohort.month, k + 1] for k in range(len(cohort.active))]


def test_outcomes_are_counted_once_their_weeks_are_over(histories):  # noqa: F811
    sunday, saturday = days_before(35), days_before(36)
    over = make_fit(sunday, expected=20, expected_low=5, expected_high=60)
    make_fit(saturday)  # in the middle of a week: cannot be compared
    newest = make_fit(END, expected=20, expected_low=5, expected_high=60)
    assert expected_returns.store_outcomes(as_of=END) == 1
    assert expected_returns.store_outcomes(as_of=END) == 0
    end = sunday + datetime.timedelta(weeks=4)
    truth = sum(
        min(days) <= sunday and any(sunday < day <= end for day in days)
        for days in histories.values()
    )
    assert Outcome.objects.get().returned == truth > 0
    first, second = expected_returns.get_expectations(newest)
    assert (first.as_of, first.returned, first.held) == (over.as_of, truth, 5 <= truth <= 60)
    assert (second.returned, second.held) == (None, None)


def test_all_is_measured_at_once_and_again(histories):  # noqa: F811
    make_fit(days_before(70))
    Activity.objects.bulk_create(
        Activity(reader_id=pk, kind="comment", page_id=1, at=noon(days[-1]))
        for pk, days in histories.items()
    )
    first = update_reports(as_of=END)
    assert first.effects >= 1
    assert first.cohorts
    assert first.outcomes == 1
    again = update_reports(as_of=END)
    assert (again.effects, again.outcomes, again.attitudes) == (first.effects, 0, 0)


def test_nobody_at_all():
    assert update_reports(as_of=END).effects == 0
    assert cohorts.get_cohorts() == []
    assert VisitDay.objects.count() == 0


@pytest.mark.parametrize(
    ("share", "shown"), [(0.8148, "81.5%"), (0.05, "5.0%"), (0.0, "0.0%"), (0.9999, "100.0%")]
)
def test_shares_are_rounded(share, shown):
    assert format_share(share) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0526, "+5.3"), (-0.0526, "−5.3"), (0.0004, "0.0"), (-0.0004, "0.0")]
)
def test_differences_are_rounded_with_their_sign(value, shown):
    assert format_points(value) == shown
