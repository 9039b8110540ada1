"""The visits of the last weeks, in which each night looks for changes of the whole site.

Gaps, seasons and clocks are all found in this one sample, so that a night reads it once.
"""

import datetime

from cx_feedback.loyalty.model import VisitLog
from cx_feedback.loyalty.scoring.visit_log_loading import load_visit_log

#: Weeks before the scored day that are looked at.
WEEKS = 30
#: Approximate number of readers who are looked at. More are sampled.
WATCHED = 20_000


def load_recent_visits(*, as_of: datetime.date, readers: int, programs: int) -> VisitLog:
    """Return the visits of the last weeks, up to a day.

    ``readers`` is the number of all, ``programs`` that of the programs among them.
    """
    return load_visit_log(
        until=as_of,
        since=as_of - datetime.timedelta(weeks=WEEKS),
        readers=readers,
        most=WATCHED,
        has_programs=programs > 0,
    )
