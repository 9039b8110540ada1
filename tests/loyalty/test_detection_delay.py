"""After how many days of silence a reader is missed, as the screen tells it."""

import dataclasses

import pytest

from cx_feedback.loyalty import services
from cx_feedback.loyalty.model import Cells, Parameters
from cx_feedback.loyalty.reports import detection_delay
from cx_feedback.loyalty.reports.detection_delay import (
    DetectionDelay,
    get_days_until_at_risk,
    get_detection_delays,
)
from cx_feedback.loyalty.reports.wording import describe_lead, describe_rhythm
from cx_feedback.loyalty.scoring.tier_rules import TierBorders, assign_tiers, get_remaining_share
from cx_feedback.readers.periods import get_period_length
from tests.loyalty.conftest import END, TRUTH

#: As fitted on CDNOW up to 1998-06-30.
CDNOW = Parameters(0.593, 13.636, 0.324, 7.379)


@pytest.mark.parametrize("period", ["week", "day"])
@pytest.mark.parametrize("parameters", [TRUTH, CDNOW])
def test_on_that_day_and_not_before_the_tier_says_at_risk(settings, parameters, period):
    settings.CX_FEEDBACK = {"PERIOD": period}
    borders = TierBorders.from_settings()
    for every in detection_delay.HABITS:
        days = get_days_until_at_risk(parameters, 6, 6 * every, borders, 4)
        night = (
            days + get_period_length() // 2
        )  # from the first day of the period of the last visit
        for passed, missed in ((night - 1, False), (night, True)):
            periods, day = divmod(passed, get_period_length())
            if not periods:
                continue  # still the period of the visit: nobody is silent in it
            last = 6 * every // get_period_length()
            cells = Cells.of(
                [(6, last, last + periods, 1)], elapsed=(day + 1) / get_period_length()
            )
            left = get_remaining_share(parameters, cells, 28 / get_period_length())
            [tier] = assign_tiers(cells, left, left, borders)
            assert (tier == "at_risk") is missed, (every, passed)


def test_the_frequent_are_missed_before_thirty_days_and_the_rare_after(magazine, db):
    fit = services.score_readers(as_of=END).fit
    found = get_detection_delays(fit, TierBorders.from_settings())
    days = [one.after_days for one in found]
    assert days == sorted(days)
    assert found[0].before_rule > 0
    sooner = get_detection_delays(
        fit, dataclasses.replace(TierBorders.from_settings(), at_risk=0.9)
    )
    assert sum(one.after_days for one in sooner) < sum(days)


def test_who_cannot_be_missed_is_called_so():
    never = Parameters(50.0, 500.0, 0.01, 900.0)
    assert get_days_until_at_risk(never, 6, 42, TierBorders.from_settings(at_risk=0.1), 4) is None


def test_words():
    assert [describe_rhythm(days) for days in (7, 21)] == ["Every week", "Every 3 weeks"]
    said = [describe_lead(DetectionDelay(7, days)) for days in (29, 14, 30, 31, 63, None)]
    assert said == [
        "1 day earlier", "16 days earlier", "at the same time", "1 day later", "33 days later", "",
    ]  # fmt: skip
