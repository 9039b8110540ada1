"""The share of readers who are asked, and the days until they are asked again.

The browser draws the sample and keeps the dates (``sampling_and_rest.js``): the page is the same
for every reader.
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
