"""A site with the rooms that ``CX_ROOMS=comments,…`` names, and what each of them needs."""

import os

import cx_feedback
from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as ALL
from tests.settings import ROOMS

INSTALLED_APPS = [
    *cx_feedback.rooms(*filter(None, os.environ.get("CX_ROOMS", "").split(","))),
    *(app for app in ALL if app not in ROOMS),
]
