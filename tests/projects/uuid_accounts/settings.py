"""Settings of the test suite for a site whose accounts have UUIDs as primary keys."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as ALL

INSTALLED_APPS = ["tests.projects.uuid_accounts", *ALL]
AUTH_USER_MODEL = "uuid_accounts.Account"
