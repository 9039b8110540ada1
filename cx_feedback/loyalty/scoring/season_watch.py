"""Seasons in the visits of a site: found each night in a sample, and remembered."""

import datetime
from collections.abc import Sequence

from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.seasons import Season, find_seasons
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.scoring.visit_history import load_visit_log
from cx_feedback.loyalty.scoring.wave_counts import WaveCount

#: Weeks before the scored day in which each night looks for seasons, and those of them in which
#: one can be found. Earlier seasons are remembered.
LOOK_BACK_WEEKS, FOUND_WEEKS = 30, 16
#: Approximate number of readers who are looked at. More are sampled.
WATCHED = 20_000


def get_seasons(
    *,
    as_of: datetime.date,
    readers: int,
    gaps: Sequence[CountingGap],
    waves: Sequence[WaveCount] = (),
) -> list[Season]:
    """Return the seasons up to ``as_of``, the oldest first.

    These are those found in the last weeks, and what the newest scores before ``as_of`` remember.
    Readers of ``waves`` have other habits than the usual ones and would look like a season.
    """
    since = as_of - datetime.timedelta(weeks=LOOK_BACK_WEEKS)
    log = load_visit_log(until=as_of, since=since, readers=readers, most=WATCHED)
    log = log.leave_out_newcomers([(wave.first, wave.last) for wave in waves])
    border = get_day_number(as_of - datetime.timedelta(weeks=FOUND_WEEKS))
    remembered = [season for season in _get_remembered(as_of) if season.last < border]
    found = [
        season for season in find_seasons(log, get_day_number(as_of), gaps) if season.last >= border
    ]
    return [*remembered, *found]


def get_open_season(fit: Fit) -> Season | None:
    """Return the season that went on when ``fit`` was made, None if there was none."""
    return next((season for season in Season.from_rows(fit.seasons) if season.is_open), None)


def _get_remembered(as_of: datetime.date) -> list[Season]:
    before = Fit.objects.filter(as_of__lt=as_of, completed_at__isnull=False).order_by("as_of")
    rows = before.values_list("seasons", flat=True).last()
    return Season.from_rows(rows or [])
