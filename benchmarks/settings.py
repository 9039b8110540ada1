"""The tests' site as it would serve: connections kept, no debug, a bare view beside it."""

from tests.settings import *  # noqa: F403
from tests.settings import CX_FEEDBACK, DATABASES, INSTALLED_APPS, ROOT_URLCONF

DATABASES["default"]["CONN_MAX_AGE"] = 600
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Tests compile no queries; a site does.
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
INSTALLED_APPS = [*INSTALLED_APPS, "wagtail.contrib.forms", "benchmarks.bare"]
ROOT_URLCONF = "benchmarks.urls"  # noqa: F811
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = "memory://"
# One address posts everything: counted as on a live site, with borders that it does not reach.
_FAR = "1000000/s"
CX_FEEDBACK = {
    "RATES": {**CX_FEEDBACK["RATES"], "comment": _FAR, "burst": _FAR, "proof": _FAR},
    # The goals are for five million readers.
    "LOYALTY_LARGE_SITE": True,
}
