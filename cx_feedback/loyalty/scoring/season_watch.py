"""Seasons in the visits of a site: found each night in the recent visits, and remembered."""

import datetime
from collections.abc import Sequence

from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.model import VisitLog
from cx_feedback.loyalty.model.counting_gaps import CountingGap
from cx_feedback.loyalty.model.seasons import Season, find_seasons
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.scoring.wave_counts import WaveCount

#: Weeks before the scored day in which a season can be found: those before them say what is usual.
#: Earlier seasons are remembered.
FOUND_WEEKS = 16


def get_seasons(
    *,
    as_of: datetime.date,
    log: VisitLog,
    gaps: Sequence[CountingGap],
    waves: Sequence[WaveCount] = (),
) -> list[Season]:
    """Return the seasons up to ``as_of``, the oldest first; ``log`` are the recent visits.

    These are those found in the last weeks, and what the newest scores before ``as_of`` remember.
    Readers of ``waves`` have other habits than the usual ones and would look like a season.
    """
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
