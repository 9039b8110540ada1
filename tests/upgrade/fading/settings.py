"""The settings of a site that has this app alone."""

import os

import dj_database_url

SECRET_KEY = "only for tests"
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
INSTALLED_APPS = ["tests.upgrade.fading"]
USE_TZ = True
