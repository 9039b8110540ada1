"""A site with the rooms that ``CX_ROOMS=comments,…`` names, and what each of them needs."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as ALL
from tests.settings import ROOMS

#: What each room stands on, by the picture of the house.
NEEDS = {
    "surveys": (),
    "nps": ("surveys",),
    "comments": ("mail",),
    "loyalty": (),
    "newsletter": ("mail",),
    "mail": (),
}


def rooms(*wanted: str) -> list[str]:
    """Return the apps of ``wanted``, of what they need, and of the two that serve all."""
    names = {"core", "readers", *wanted, *(need for room in wanted for need in NEEDS[room])}
    return [room for room in ROOMS if room.rpartition(".")[2] in names]


INSTALLED_APPS = [
    *rooms(*filter(None, os.environ.get("CX_ROOMS", "").split(","))),
    *(app for app in ALL if app not in ROOMS),
]
