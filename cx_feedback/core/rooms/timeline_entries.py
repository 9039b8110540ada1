"""Entries of a reader's timeline, for rooms with events that aren't in the ledger."""

import datetime
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """An event in the history of a reader, with details and a link for staff.

    ``icon`` is the name of an icon of the admin. ``whole_day`` is true if only the day is known.
    """

    at: datetime.datetime
    title: Any
    text: Any = ""
    url: str = ""
    icon: str = "history"
    whole_day: bool = False
