"""One line of what happened with a reader, for rooms that have more to tell than the ledger."""

import datetime
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """Something that happened at a moment: in a few words, with details and a link for staff.

    ``icon`` is the name of an icon of the admin. ``whole_day`` for what is known by day only.
    """

    at: datetime.datetime
    title: Any
    text: Any = ""
    url: str = ""
    icon: str = "history"
    whole_day: bool = False
