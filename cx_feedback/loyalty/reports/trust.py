"""Rules with figures for trusting the scores, and what is wrong otherwise."""

from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cx_feedback.core.text.number_format import format_decimal
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.fit_quality import Quality
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.reports.site_changes import describe_season, describe_wave
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck
from cx_feedback.loyalty.scoring.season_watch import get_open_season
from cx_feedback.loyalty.scoring.uncounted_days import get_day, get_open_gap
from cx_feedback.loyalty.scoring.wave_counts import WaveCount

#: Fewest past ranges from which it is judged whether they hold, and the share that must have.
FEW_RANGES, SHARE_HELD = 3, 0.75
#: Largest calibration error, in percentage points.
MOST_OFF = 5.0
#: Waves of newcomers matter from this share of all readers on, and for so many horizons: until a
#: range that knew them could be compared with what came.
WAVE_SHARE, WAVE_HORIZONS = 0.2, 2


@dataclass(frozen=True)
class Trust:
    """The answer to "Can this be trusted?": yes without any of ``reasons``.

    ``is_known`` is false as long as nothing could be compared.
    """

    is_known: bool
    reasons: list[str] = field(default_factory=list)

    @property
    def is_yes(self) -> bool:
        """Return whether every rule is met."""
        return self.is_known and not self.reasons


def judge_trust(fit: Fit, check: HoldoutCheck | None) -> Trust:
    """Return whether the scores of ``fit`` can be trusted, with the reasons why not."""
    reasons = [*_judge_counting(fit), *_judge_season(fit), *_judge_newcomers(fit)]
    if check is None:
        return Trust(False, reasons)
    reasons += [*_judge_ranges(fit), *_judge_calibration(check)]
    if fit.quality != Quality.GOOD:
        reasons.append(_("The model itself is uncertain, see below."))
    return Trust(True, reasons)


def describe_limits() -> str:
    """Return the rules in words."""
    return _(
        "“Yes” needs: at least %(share)d of 100 past ranges held (of %(few)d or more), "
        "probabilities off by at most %(off)s of 100 on average, newcomers and regular readers as "
        "usual, and visits counted without a gap."
    ) % {
        "share": round(100 * SHARE_HELD),
        "few": FEW_RANGES,
        "off": format_decimal(MOST_OFF, 0),
    }


def _judge_counting(fit: Fit) -> list[str]:
    gap = get_open_gap(fit)
    if gap is None:
        return []
    return [
        _(
            "No visits have been counted since %(day)s. Nobody is announced as absent until they "
            "are, and these days are held against nobody."
        )
        % {"day": date_format(get_day(gap.first))}
    ]


def _judge_season(fit: Fit) -> list[str]:
    season = get_open_season(fit)
    return [] if season is None else [describe_season(season)]


def _judge_newcomers(fit: Fit) -> list[str]:
    """Return the waves that make a large part of the readers and are not learnt from yet."""
    since = get_day_number(fit.as_of) - 7 * WAVE_HORIZONS * fit.horizon_weeks
    lesson = _(
        "What is learnt from the others may not hold for them: fewer of a wave return as a rule. "
        "The scores of readers who were there before can be read."
    )
    return [
        f"{describe_wave(wave)} {lesson}"
        for wave in WaveCount.from_rows(fit.newcomers)
        if wave.last > since and wave.readers >= WAVE_SHARE * fit.readers
    ]


def _judge_ranges(fit: Fit) -> list[str]:
    ranges = fit.past_ranges
    if len(ranges) < FEW_RANGES:
        words = ngettext(
            "Only %(n)d past range could be compared with what came; %(few)d are needed.",
            "Only %(n)d past ranges could be compared with what came; %(few)d are needed.",
            len(ranges),
        )
        return [words % {"n": len(ranges), "few": FEW_RANGES}]
    held = sum(row["low"] <= row["came"] <= row["high"] for row in ranges)
    if held >= SHARE_HELD * len(ranges):
        return []
    fewer = sum(row["came"] < row["low"] for row in ranges)
    more = len(ranges) - held - fewer
    words = _(
        "Past ranges held in %(held)d of %(n)d windows only: fewer readers came than the range "
        "said in %(fewer)d, more in %(more)d. Read the order of readers, not their number."
    )
    return [words % {"held": held, "n": len(ranges), "fewer": fewer, "more": more}]


def _judge_calibration(check: HoldoutCheck) -> list[str]:
    reasons = []
    if not check.beats_recency:
        reasons.append(
            _("The scores are no better than the date of the last visit: sort readers by that.")
        )
    off = 100 * check.mix.ece
    if off > MOST_OFF:
        said = sum(tenth.predicted * tenth.readers for tenth in check.mix.tenths)
        words = (
            _(
                "The probabilities were too high by the last check: off by %(off)s of 100 on "
                "average, where %(most)s is the limit. Read the order of readers."
            )
            if said > check.returned
            else _(
                "The probabilities were too low by the last check: off by %(off)s of 100 on "
                "average, where %(most)s is the limit. Read the order of readers."
            )
        )
        values = {"off": format_decimal(off, 1), "most": format_decimal(MOST_OFF, 0)}
        reasons.append(words % values)
    return reasons


def describe_trust(trust: Trust) -> str:
    """Return the first word of the answer: yes, not yet known, or no."""
    if trust.is_yes:
        return pgettext("can this be trusted", "Yes.")
    if not trust.is_known:
        return pgettext("can this be trusted", "Not known yet.")
    return pgettext("can this be trusted", "Not all of it.")
