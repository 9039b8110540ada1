"""Settings of the same site with all rooms."""

import cx_feedback
from tests.start.bare import *  # noqa: F403
from tests.start.bare import INSTALLED_APPS as BARE

INSTALLED_APPS = [*cx_feedback.ROOMS, *BARE]
