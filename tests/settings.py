"""Settings of the test suite: SQLite in memory and no server, unless the environment says so."""

import json
import os
from importlib.util import find_spec

import dj_database_url

import cx_feedback

# Before numpy is imported: its threads wait for each other by spinning, which costs a fit ten
# times as much where the tests of several processes share the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "Europe/Madrid"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAIL_SITE_NAME = "Test site"
WAGTAILADMIN_BASE_URL = "http://testserver"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL", "sqlite://:memory:"))}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # No test outlives a power failure, and compiling a query takes longer than the few rows of one.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        "-c synchronous_commit=off -c jit=off"
    )
ROOMS = [room for room in cx_feedback.ROOMS if find_spec(room)]
INSTALLED_APPS = [
    *ROOMS,
    "tests.site",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.settings",
    "wagtail.api.v2",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    *(["anymail"] if find_spec("anymail") else []),
    "rest_framework",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "tests.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("STATIC_ROOT", "/nonexistent/static")
MEDIA_ROOT = os.environ.get("MEDIA_ROOT", "/nonexistent/media")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if "EMAIL_PORT" in os.environ:  # the sink of the service tests
    EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
    EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ["EMAIL_PORT"])
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "memory://")
CELERY_TASK_ALWAYS_EAGER = "CELERY_BROKER_URL" not in os.environ
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("CELERY_TASK_DEFAULT_QUEUE", "cx-tests")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Wagtail 7.4 with django-treebeard 5.3: a warning about Wagtail's own managers.
SILENCED_SYSTEM_CHECKS = ["treebeard.E001"]
RATES = ["write", "visit", "mail", "comment", "burst", "proof", "signup"]
CX_FEEDBACK: dict[str, object] = {"RATES": dict.fromkeys(RATES)}
if "CX_MAIL_COMMIT_SIZE" in os.environ:  # of a worker that a test kills
    CX_FEEDBACK["MAIL_COMMIT_SIZE"] = int(os.environ["CX_MAIL_COMMIT_SIZE"])
if "CX_MAIL_MAX_IN_DOUBT" in os.environ:
    CX_FEEDBACK["MAIL_MAX_IN_DOUBT"] = int(os.environ["CX_MAIL_MAX_IN_DOUBT"])
# Of the workers of a test: keys of ``CX_FEEDBACK`` as JSON.
CX_FEEDBACK |= json.loads(os.environ.get("CX_SETTINGS", "{}"))
