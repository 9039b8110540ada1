"""The answer to "Can this be trusted?", with its figures."""

import dataclasses

import pytest

from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.reports.trust import judge_trust
from cx_feedback.loyalty.reports.wording import describe_verdict
from tests.loyalty.conftest import END, bring, weeks_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(magazine):
    fit = services.score_readers(as_of=END).fit
    return fit, selectors.get_check(fit)


def with_ranges(fit, *came):
    fit.past_ranges = [
        {"day": n, "readers": 500, "expected": 100, "low": 80, "high": 120, "came": one}
        for n, one in enumerate(came)
    ]
    return fit


def test_yes_needs_every_rule(scored):
    fit, check = scored
    trust = judge_trust(with_ranges(fit, 100, 90, 110, 130), check)
    assert trust.reasons == []
    assert trust.is_yes
    assert describe_verdict(trust, check).startswith("Yes. Between a reader who came back")


def test_ranges_that_did_not_hold_say_in_which_direction(scored):
    fit, check = scored
    trust = judge_trust(with_ranges(fit, 100, 60, 50, 130), check)
    assert not trust.is_yes
    assert "held in 1 of 4 windows only" in trust.reasons[0]
    assert "said in 2, more in 1" in trust.reasons[0]
    assert describe_verdict(trust, check).startswith("Not all of it. ")


def test_few_ranges_are_no_yes(scored):
    fit, check = scored
    assert "Only 1 past range could" in judge_trust(with_ranges(fit, 100), check).reasons[0]


@pytest.mark.parametrize(("sign", "word"), [(1, "too high"), (-1, "too low")])
def test_probabilities_far_off_name_direction_and_limit(scored, sign, word):
    fit, check = scored
    tenths = tuple(
        dataclasses.replace(tenth, predicted=tenth.returned + sign * 0.438)
        for tenth in check.mix.tenths
    )
    wrong = dataclasses.replace(check, mix=dataclasses.replace(check.mix, ece=0.438, tenths=tenths))
    (reason,) = judge_trust(with_ranges(fit, 100, 100, 100), wrong).reasons
    assert word in reason
    assert "43.8 of 100" in reason
    assert "5 is the limit" in reason


def test_scores_that_do_not_beat_recency_say_so(scored):
    fit, check = scored
    worse = dataclasses.replace(check, mix=check.recency)
    reasons = judge_trust(with_ranges(fit, 100, 100, 100), worse).reasons
    assert any("no better than the date of the last visit" in reason for reason in reasons)


def test_without_a_check_nothing_is_known(scored):
    fit, _check = scored
    trust = judge_trust(fit, None)
    assert not trust.is_yes
    assert describe_verdict(trust, None).startswith("Not known yet. There is not enough history")


def test_a_wave_of_newcomers_is_named_with_its_figures(magazine):
    bring((f"wave-{n}", weeks_before(1)) for n in range(1200))
    fit = services.score_readers(as_of=END).fit
    ((found),) = fit.newcomers
    assert 15 < found["usual"] < 35
    reasons = judge_trust(with_ranges(fit, 100, 100, 100), selectors.get_check(fit)).reasons
    (wave,) = [reason for reason in reasons if "for the first time" in reason]
    assert f"{found['usual']:,.0f} are usual" in wave
    assert "from Feb. 16, 2026 to Feb. 22, 2026" in wave
    assert "1,2" in wave


def test_counting_that_stopped_is_named_with_its_date(scored, admin_client):
    fit, check = scored
    fit.gaps = [[get_day_number(weeks_before(1)), get_day_number(END)]]
    fit.save()
    reasons = judge_trust(with_ranges(fit, 100, 100, 100), check).reasons
    assert reasons[:1] == [
        "No visits have been counted since Feb. 22, 2026. Nobody is announced as absent until they "
        "are, and these days are held against nobody."
    ]
    for path in ("", "check/"):
        html = admin_client.get(f"/admin/cx-feedback/loyalty/{path}").content.decode()
        assert "No visits have been counted since" in html, path
