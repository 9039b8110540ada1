"""Settings of the example site, every one of them from the environment.

| variable            | default                                                |
|---------------------|--------------------------------------------------------|
| `DEMO_DIR`          | `.demo`: database, pictures, broker, cache, sent mails |
| `SECRET_KEY`        | a key for development, refused unless on this machine  |
| `DJANGO_DEBUG`      | `0`                                                    |
| `ALLOWED_HOSTS`     | `localhost,127.0.0.1,[::1]`                            |
| `BASE_URL`          | `http://127.0.0.1:8000` (or `PORT`, where that is set) |
| `DATABASE_URL`      | an SQLite file in `DEMO_DIR`                           |
| `CELERY_BROKER_URL` | `filesystem://`, below `DEMO_DIR`                      |
| `EMAIL_URL`         | files in `DEMO_DIR/mail`                               |
| `DEFAULT_FROM_EMAIL`| `Hasta la próxima <hola@hastalaproxima.example>`       |
| `STATIC_MANIFEST`   | `0`; `1` serves what `collectstatic` gathered          |
| `SERVE_MEDIA`       | `1`; `0` leaves uploaded files to the web server       |
| `SOCIAL_LOGIN`      | none: readers are guests; else see the end of this file|
"""

import os
from pathlib import Path
from urllib.parse import quote

import dj_database_url
import dj_email_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

import cx_feedback

PROJECT_DIR = Path(__file__).resolve().parent
BASE_DIR = PROJECT_DIR.parent
DEMO_DIR = Path(os.environ.get("DEMO_DIR") or ".demo").resolve()
DEMO_DIR.mkdir(parents=True, exist_ok=True)


def env_flag(name: str, default: str = "0") -> bool:
    """Read a yes or no from the environment."""
    return os.environ.get(name, default).strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str) -> list[str]:
    """Read a list, separated by commas, from the environment."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


DEBUG = env_flag("DJANGO_DEBUG")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ",".join(LOCAL_HOSTS))
DEVELOPMENT_KEY = "only-for-development-on-your-own-machine"
SECRET_KEY = os.environ.get("SECRET_KEY") or DEVELOPMENT_KEY
if SECRET_KEY == DEVELOPMENT_KEY and not set(ALLOWED_HOSTS) <= {*LOCAL_HOSTS, "testserver"}:
    raise ImproperlyConfigured(
        "Set SECRET_KEY in the environment: ALLOWED_HOSTS names a public host."
    )

BASE_URL = os.environ.get("BASE_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "example_site.magazine",
    *cx_feedback.ROOMS,
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.redirects",
    "wagtail.contrib.forms",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "example_site.middleware.public_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "example_site.urls"
WSGI_APPLICATION = "example_site.wsgi.application"

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
            ],
        },
    },
]

# The database: SQLite behaves under several processes when it writes ahead, waits for a lock
# and takes that lock when a transaction begins.
DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{quote(str(DEMO_DIR / 'db.sqlite3'))}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "es"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LANGUAGES_IN_THEIR_OWN_WORDS = [("es", "Español"), ("en", "English")]
LOCALE_PATHS = [PROJECT_DIR / "locale"]
TIME_ZONE = "Europe/Madrid"
USE_TZ = USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or DEMO_DIR / "static")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT") or DEMO_DIR / "media")
SERVE_MEDIA = env_flag("SERVE_MEDIA", "1")
STATIC_MANIFEST = env_flag("STATIC_MANIFEST")
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# The cache, which the web server and the worker share: files, so that the demo needs no server.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DEMO_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

# Mail: written into files unless told otherwise, so that everything sent can be read.
mail = dj_email_url.config(default=f"file:///{DEMO_DIR}/mail")
vars().update(mail)
if mail.get("EMAIL_BACKEND") == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "cx_feedback.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get(
    "DEFAULT_FROM_EMAIL", "Hasta la próxima <hola@hastalaproxima.example>"
)

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or "filesystem://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DEMO_DIR / "broker" / "queue"),
        "data_folder_out": str(DEMO_DIR / "broker" / "queue"),
        "control_folder": str(DEMO_DIR / "broker" / "control"),
    }

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

WAGTAIL_SITE_NAME = "Hasta la próxima"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILDOCS_EXTENSIONS = ["pdf"]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

CX_FEEDBACK = {
    "PAGE_AUTHOR": "author",
    "WORDPRESS_MAPPING": "example_site.magazine.importing.MagazineMapping",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"wagtail": {"level": "WARNING"}, "django_tasks": {"level": "WARNING"}},
}

# Accounts of readers, by choice, with django-allauth: SOCIAL_LOGIN=github,google together with
# GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET and so on, as the provider gave them. Readers may also
# sign up with an e-mail address, which has to be proved.
SOCIAL_LOGIN = env_list("SOCIAL_LOGIN", "")
if SOCIAL_LOGIN:
    INSTALLED_APPS += [
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        *(f"allauth.socialaccount.providers.{provider}" for provider in SOCIAL_LOGIN),
    ]
    MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware"]
    AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.ModelBackend",
        "allauth.account.auth_backends.AuthenticationBackend",
    ]
    SOCIALACCOUNT_PROVIDERS = {
        provider: {
            "APPS": [
                {
                    "client_id": os.environ.get(f"{provider.upper()}_CLIENT_ID", ""),
                    "secret": os.environ.get(f"{provider.upper()}_CLIENT_SECRET", ""),
                }
            ]
        }
        for provider in SOCIAL_LOGIN
    }
    # What a reader's account has proved is its address; it is never one of the editors'.
    ACCOUNT_LOGIN_METHODS = {"email", "username"}
    ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
    ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    LOGIN_URL, LOGIN_REDIRECT_URL, ACCOUNT_LOGOUT_REDIRECT_URL = "account_login", "/", "/"
