"""Changes in the visits of the whole site, each named with its dates."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cx_feedback.core.text.number_format import format_decimal
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model.clock_errors import ClockError
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.seasons import Season
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.scoring.bot_detection import DAYS, get_known_programs
from cx_feedback.loyalty.scoring.uncounted_days import get_day
from cx_feedback.loyalty.scoring.wave_counts import WaveCount

#: Changes that ended longer ago than this are not named any more.
SHOWN_WEEKS = 26


def describe_changes(fit: Fit) -> list[str]:
    """Return a sentence for each change of the last weeks that is over, the oldest first.

    What goes on is a reason not to trust the scores: ``trust.judge_trust``. Programs come last.
    """
    today = get_day_number(fit.as_of)
    since = today - 7 * SHOWN_WEEKS
    found = [
        (gap.first, describe_gap(gap))
        for gap in CountingGap.from_rows(fit.gaps)
        if since <= gap.last < today
    ]
    found += [
        (season.first, describe_season(season))
        for season in Season.from_rows(fit.seasons)
        if since <= season.last and not season.is_open
    ]
    found += [
        (wave.first, describe_wave(wave))
        for wave in WaveCount.from_rows(fit.newcomers)
        if since <= wave.last
    ]
    found += [
        (error.first, describe_clock_error(error))
        for error in ClockError.from_rows(fit.clock_errors)
        if since <= error.last
    ]
    return [*(sentence for _day, sentence in sorted(found)), *_describe_programs(fit)]


def describe_gap(gap: CountingGap) -> str:
    """Return a sentence on days without counting that are over."""
    return _("No visits were counted %(days)s. These days are held against nobody.") % {
        "days": _format_days(gap.first, gap.last)
    }


def describe_season(season: Season) -> str:
    """Return a sentence on a season, open or over, or on many who left."""
    percent = round(100 * abs(season.ratio - 1))
    values = {
        "days": _format_days(season.first, season.last),
        "since": date_format(get_day(season.first)),
        "percent": percent,
    }
    if season.left:
        return (
            _(
                "Many readers have stayed away since %(since)s. Those who still come do so as "
                "often as before, so it was no quiet season."
            )
            % values
        )
    if season.is_open and season.ratio < 1:
        return (
            _(
                "A quiet season has begun: regular readers have come %(percent)d%% less often "
                "than usual since %(since)s. Its weeks count less against readers. Fewer than "
                "expected will come back as long as it lasts; the order of readers can be read."
            )
            % values
        )
    if season.is_open:
        return (
            _(
                "A busy season has begun: regular readers have come %(percent)d%% more often than "
                "usual since %(since)s. More than expected will come back as long as it lasts, "
                "and fewer once it ends; the order of readers can be read."
            )
            % values
        )
    if season.ratio < 1:
        return (
            _("Regular readers came %(percent)d%% less often than usual %(days)s: a quiet season.")
            % values
        )
    return (
        _("Regular readers came %(percent)d%% more often than usual %(days)s: a busy season.")
        % values
    )


def describe_wave(wave: WaveCount) -> str:
    """Return a sentence on a wave of newcomers."""
    return _(
        "A wave of newcomers: %(new)s readers came for the first time %(days)s; "
        "%(usual)s are usual."
    ) % {
        "new": format_decimal(wave.readers, 0, grouped=True),
        "usual": format_decimal(wave.usual, 0, grouped=True),
        "days": _format_days(wave.first, wave.last),
    }


def describe_clock_error(error: ClockError) -> str:
    """Return a sentence on days with the visits of others."""
    return _(
        "A clock seems to have been wrong: no visits are noted %(empty)s, and those of both times "
        "%(full)s. Nothing can be said about absences of these days."
    ) % {
        "empty": _format_days(error.gap.first, error.gap.last),
        "full": _format_days(error.first, error.last),
    }


def _describe_programs(fit: Fit) -> list[str]:
    number = get_known_programs(fit)
    if not number:
        return []
    words = ngettext(
        "%(n)s reader came on each of %(days)d days in a row, probably a program. It is shown "
        "apart and has no score.",
        "%(n)s readers came on each of %(days)d days in a row, probably programs. They are shown "
        "apart and have no score.",
        number,
    )
    return [words % {"n": format_decimal(number, 0, grouped=True), "days": DAYS}]


def _format_days(first: int, last: int) -> str:
    days: tuple[datetime.date, datetime.date] = get_day(first), get_day(last)
    if first == last:
        return _("on %(day)s") % {"day": date_format(days[0])}
    return _("from %(first)s to %(last)s") % {
        "first": date_format(days[0]),
        "last": date_format(days[1]),
    }
