"""Changes in the visits of a whole site: are they named, and who is announced as silent?

Each scenario is a world with a change and the same world without it (``usual``), or one that only
looks like a change. ``truth_changes`` runs the nightly code on both, and compares the readers who
are in both.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.truth_nights import Night, get_date
from benchmarks.truth_sites import (
    PROGRAM,
    SimulatedSite,
    add_newcomers,
    add_programs,
    draw_weekly,
    draw_world,
    drop_days,
    end_readers,
    thin_earlier,
)

#: Weeks before the change, and of the whole world: four weeks more than any watch.
BEFORE, WEEKS = 18, 31
START = 7 * BEFORE
#: The week in which a site that grows has as many newcomers as the one that doesn't.
GROWTH_WEEKS = BEFORE + 4
#: Days by which the date of a season may be wrong.
NEAR = 7
#: The words by which each change is known.
GAP, SEASON, WAVE, CLOCK, LEFT, PROGRAMS = (
    "No visits",
    "season",
    "A wave of newcomers",
    "A clock seems",
    "stayed away since",
    "probably program",
)
CHANGES = (GAP, SEASON, WAVE, CLOCK, LEFT, PROGRAMS)

Judge = Callable[[SimulatedSite, list[Night]], bool]


@dataclass(frozen=True)
class Scenario:
    """A world of a seed, how many weeks it is watched, and the rule for its sentences."""

    name: str
    draw: Callable[[int], SimulatedSite]
    weeks: int
    is_right: Judge
    usual: str = "usual"
    goal: str = "<= 1.2"


def _draw_usual(seed: int) -> SimulatedSite:
    return draw_world(seed, weeks=WEEKS)


def _draw_steady(seed: int) -> SimulatedSite:
    """Return a site with as many newcomers each week as one has that has grown for long."""
    return draw_world(seed, weeks=WEEKS, first=60, a_week=90)


def _draw_season(seed: int, rate: float) -> SimulatedSite:
    rates = np.ones(WEEKS)
    rates[BEFORE : BEFORE + 5] = rate
    return draw_world(seed, weeks=WEEKS, rate=rates)


def _names_only(night: Night, *expected: str) -> bool:
    """Return whether a night names these changes and no others."""
    text = " ".join(night.sentences)
    return all((word in text) == (word in expected) for word in CHANGES)


def _has_date(night: Night, word: str, day: int, near: int = 0) -> bool:
    """Return whether the sentence with a word has the date of a day, or one near it."""
    from django.utils.formats import date_format

    dates = [date_format(get_date(day + off)) for off in range(-near, near + 1)]
    return any(word in one and any(date in one for date in dates) for one in night.sentences)


def _names_gap(first: int, last: int) -> Judge:
    def is_right(world: SimulatedSite, nights: list[Night]) -> bool:
        for night in nights:
            if night.day < first:
                right = _names_only(night)
            elif night.day <= last:
                right = not night.is_yes and night.obstacle != ""
                right &= _names_only(night, GAP) and _has_date(night, GAP, first)
            else:
                right = _names_only(night, GAP)
                right &= _has_date(night, GAP, first) and _has_date(night, GAP, last)
            if not right:
                return False
        return True

    return is_right


def _names_season(first: int, last: int) -> Judge:
    def is_right(world: SimulatedSite, nights: list[Night]) -> bool:
        for night in nights:
            # In the first two weeks nobody can know; after the end it takes two weeks again.
            if first + 13 <= night.day <= last:
                right = not night.is_yes and _names_only(night, SEASON)
                right &= _has_date(night, SEASON, first, NEAR)
            elif night.day >= last + 14:
                right = _names_only(night, SEASON) and _has_date(night, SEASON, last, NEAR)
            else:
                right = _names_only(night) or _names_only(night, SEASON)
            if not right:
                return False
        return True

    return is_right


def _names_wave(world: SimulatedSite, nights: list[Night]) -> bool:
    """Return whether the wave is named, and nothing is called sure before it could be checked."""
    for night in nights:
        right = _names_only(night, WAVE) and _has_date(night, WAVE, START)
        if not right or (night.is_yes and night.held is False):
            return False
    return True


def _names_programs(world: SimulatedSite, nights: list[Night]) -> bool:
    programs = set(np.flatnonzero(world.kinds == PROGRAM).tolist())
    return all(_names_only(night, PROGRAMS) and night.programs == programs for night in nights)


def _names_leaving(world: SimulatedSite, nights: list[Night]) -> bool:
    """Return whether it is said in the end that many have left, with the date."""
    return not nights[0].is_yes or _has_date(nights[-1], LEFT, START, NEAR)


def _names_nothing(world: SimulatedSite, nights: list[Night]) -> bool:
    return all(_names_only(night) for night in nights)


SCENARIOS = (
    Scenario("usual", _draw_usual, 9, _names_nothing, goal=""),
    Scenario(
        "ten days without visits",
        lambda seed: drop_days(_draw_usual(seed), START + 3, START + 12),
        5,
        _names_gap(START + 3, START + 12),
    ),
    Scenario(
        "500 weekly readers",
        lambda seed: draw_weekly(seed, weeks=WEEKS),
        5,
        _names_nothing,
        usual="500 weekly readers",
        goal="",
    ),
    Scenario(
        "two empty weeks for 500 weekly readers",
        lambda seed: drop_days(draw_weekly(seed, weeks=WEEKS), START, START + 13),
        5,
        _names_gap(START, START + 13),
        usual="500 weekly readers",
    ),
    Scenario(
        "season of 40% fewer visits, five weeks",
        lambda seed: _draw_season(seed, 0.6),
        9,
        _names_season(START, START + 34),
    ),
    Scenario(
        "season of 40% more visits, five weeks",
        lambda seed: _draw_season(seed, 1.4),
        9,
        _names_season(START, START + 34),
    ),
    Scenario(
        "12,000 newcomers, 80% come once",
        lambda seed: add_newcomers(
            _draw_usual(seed), seed, week=BEFORE, weeks=WEEKS, readers=12_000
        ),
        7,
        _names_wave,
    ),
    Scenario(
        "100 daily programs",
        lambda seed: add_programs(
            _draw_usual(seed), programs=100, first=START - 63, last=7 * WEEKS - 1
        ),
        3,
        _names_programs,
    ),
    Scenario(
        "as many newcomers each week",
        _draw_steady,
        4,
        _names_nothing,
        usual="as many newcomers each week",
        goal="",
    ),
    Scenario(
        "growth of 10% a week",
        lambda seed: thin_earlier(_draw_steady(seed), seed, weeks=GROWTH_WEEKS, growth=0.1),
        4,
        _names_nothing,
        usual="as many newcomers each week",
    ),
    Scenario(
        "Sunday readers", lambda seed: draw_world(seed, weeks=WEEKS, days=(6,)), 4, _names_nothing
    ),
    Scenario(
        "40% of all readers leave for good",
        lambda seed: end_readers(_draw_usual(seed), seed, week=BEFORE, share=0.4),
        7,
        _names_leaving,
        goal="",
    ),
)
