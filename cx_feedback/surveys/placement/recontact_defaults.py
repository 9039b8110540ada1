"""The numbers of frequency capping: the share of readers who are asked, the days of rest.

Editors change those of their survey. The browser draws the sample and keeps the dates
(``frequency_capping.js``), because the page is the same for every reader; it has no numbers of
its own.
"""

from typing import NamedTuple

#: Percent of the readers who are asked.
DEFAULT_SAMPLE_PERCENT = 100
#: Days that an editor can choose at most.
LONGEST_REST = 3650


class RestDays(NamedTuple):
    """Days before a reader is asked again."""

    answered: int
    later: int
    closed: int


DEFAULT_REST = RestDays(answered=90, later=7, closed=30)
#: Days after one survey has asked before another one slides in.
REST_BETWEEN_SURVEYS = 1
