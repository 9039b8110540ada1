"""System checks of the settings and of the environment. Their ids are stable.

E001 bad value, E002 not a dictionary, E003 a missing app, E004 a database that is not supported,
E005 no time zones, E006 a missing library of a room, E007 a model that needs save(), W001 unknown
key, W002 no screens for the settings of a site; with ``check --deploy`` W003 a cache of one
process, W004 no base URL, W005 a cache without a timeout, W006 headers that django-cors-headers
does not let through.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connections, router
from django.db.models import Model
from django.db.models.signals import post_save, pre_save

import cx_feedback
from cx_feedback.core import compat, conf
from cx_feedback.core.database.fast_insert import FAST_MODELS
from cx_feedback.core.http import cors
from cx_feedback.core.http.local_hosts import is_local_host, is_local_site, is_placeholder
from cx_feedback.core.rooms.room_libraries import get_missing_libraries
from cx_feedback.core.settings.settings_list import SETTINGS

#: Third-party apps that the rooms require, with the reason.
NEEDED_APPS = {
    "rest_framework": "The REST endpoints need it.",
    "wagtail.snippets": "Editors find surveys, NPS widgets and lists through it.",
    "wagtail.admin": "Editors and moderators work in it.",
}
VENDORS = ("postgresql", "sqlite")


@register("cx_feedback")
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check every key of ``CX_FEEDBACK`` by its declaration in ``SETTINGS``."""
    given = conf.get_site_settings()
    if not isinstance(given, dict):
        return [Error("CX_FEEDBACK must be a dictionary.", id="cx_feedback.E002")]
    messages: list[CheckMessage] = []
    declared = {setting.name: setting for setting in SETTINGS}
    for name, value in given.items():
        if name not in declared:
            messages.append(
                Warning(
                    f"CX_FEEDBACK[{name!r}] is not a setting of this package.",
                    hint=f"Known: {', '.join(sorted(declared))}.",
                    id="cx_feedback.W001",
                )
            )
        elif problem := declared[name].check(value):
            messages.append(
                Error(
                    f"CX_FEEDBACK[{name!r}] {problem}.",
                    hint=declared[name].doc,
                    id="cx_feedback.E001",
                )
            )
    return messages


@register("cx_feedback")
def check_settings_app(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn if editors can't reach the settings of this package in Wagtail."""
    if apps.is_installed("wagtail.contrib.settings"):
        return []
    return [
        Warning(
            "Editors cannot change the settings of comments and loyalty.",
            hint='Add "wagtail.contrib.settings" to INSTALLED_APPS; until then defaults hold.',
            id="cx_feedback.W002",
        )
    ]


@register("cx_feedback")
def check_libraries(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name the extra that an installed room needs; the addresses of the room are left out."""
    return [
        Error(
            f"The room {room} needs {', '.join(missing)}.",
            hint=f"Install wagtail-cx-feedback[{room}].",
            id="cx_feedback.E006",
        )
        for app in filter(apps.is_installed, cx_feedback.ROOMS)
        if (missing := get_missing_libraries(app))
        for room in [app.rpartition(".")[2]]
    ]


#: Django backends that other processes can't read.
OWN_CACHES = ("locmem.LocMemCache", "dummy.DummyCache")


@register("cx_feedback", deploy=True)
def check_shared_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn if processes don't share a cache."""
    backend = str(settings.CACHES.get("default", {}).get("BACKEND", ""))
    if not backend.endswith(OWN_CACHES):
        return []
    return [
        Warning(
            f"Processes do not share the cache {backend!r}.",
            hint="With more than one process, a page that was made private or unpublished takes "
            "comments and answers for up to 30 seconds more in the others, and shows comments by "
            "REST; limits count in each process. Let CACHES['default'] be Redis, Memcached, "
            "files or the database.",
            id="cx_feedback.W003",
        )
    ]


#: Timeout options of redis-py, python-memcached and pymemcache.
_TIMEOUTS = ("socket_timeout", "timeout")


@register("cx_feedback", deploy=True)
def check_cache_timeouts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn of caches behind a network without a timeout."""
    return [
        Warning(
            f"CACHES[{alias!r}] has no socket timeout.",
            hint="What this package asks of the cache is bounded, but sessions and other apps wait "
            "for one that hangs: add OPTIONS, "
            '{"socket_timeout": 1, "socket_connect_timeout": 1} for Redis, '
            '{"timeout": 1, "connect_timeout": 1} for PyMemcacheCache.',
            id="cx_feedback.W005",
        )
        for alias, entry in settings.CACHES.items()
        if _may_hang(entry)
    ]


def _may_hang(entry: Mapping[str, Any]) -> bool:
    """Return whether the backend uses Redis or Memcached without a socket timeout."""
    backend = str(entry.get("BACKEND", "")).lower()
    if "redis" not in backend and "memcached" not in backend:
        return False
    if backend.endswith("pylibmccache"):
        # libmemcached connects within 4 s and polls for 5 s by itself.
        return False
    location = entry.get("LOCATION") or ()
    places = [location] if isinstance(location, str) else list(location)
    if places and all("socket_timeout=" in str(place) for place in places):
        return False
    given = {str(name).lower() for name in _names_in(entry.get("OPTIONS") or {})}
    return not given.intersection(_TIMEOUTS)


def _names_in(options: Mapping[Any, Any]) -> Iterator[Any]:
    """Return the names of options and nested options, as django-redis has for pools."""
    for name, value in options.items():
        yield name
        if isinstance(value, Mapping):
            yield from _names_in(value)


@register("cx_feedback")
def check_needed_apps(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report missing third-party apps."""
    return [
        Error(
            f"{name!r} is not in INSTALLED_APPS.",
            hint=f"{reason} Add it to INSTALLED_APPS.",
            id="cx_feedback.E003",
        )
        for name, reason in NEEDED_APPS.items()
        if not apps.is_installed(name)
    ]


@register("cx_feedback")
def check_databases(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Reject unsupported databases, such as MariaDB and Oracle."""
    ours = [c for c in apps.get_app_configs() if c.name in cx_feedback.ROOMS]
    aliases = {router.db_for_write(model) for config in ours for model in config.get_models()}
    return [
        Error(
            f"The database {alias!r} is {connections[alias].display_name}, on which this package "
            "does not work.",
            hint="Use PostgreSQL, or SQLite for a small site.",
            id="cx_feedback.E004",
        )
        for alias in sorted(aliases)
        if connections[alias].vendor not in VENDORS
    ]


@register("cx_feedback")
def check_time_zones(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Require time zones, which quiet hours, schedules and visit days need."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            "USE_TZ is False.",
            hint="Set USE_TZ = True; TIME_ZONE stays the time zone of the site.",
            id="cx_feedback.E005",
        )
    ]


@register("cx_feedback", deploy=True)
def check_base_url(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn if links in emails to moderators would be broken."""
    url = str(getattr(settings, "WAGTAILADMIN_BASE_URL", "") or "")
    problem = _describe_base_url(url)
    if not problem or is_local_site():
        return []
    return [
        Warning(
            f"WAGTAILADMIN_BASE_URL {problem}.",
            hint='On a server set WAGTAILADMIN_BASE_URL = "https://magazine.example", say: links '
            "to the admin in mails begin with it. Links to pages begin with the hostname of their "
            "site in Wagtail (Settings, Sites).",
            id="cx_feedback.W004",
        )
    ]


def _describe_base_url(url: str) -> str:
    """Return what keeps a base URL from leading to a public site, "" if nothing does."""
    host = urlsplit(url).hostname or ""
    if not url:
        return "is not set"
    if not host:
        return f"is “{url}”, which names no host after https://"
    if is_local_host(host):
        return f"is “{url}”, an address of this machine only"
    return f"is “{url}”, a placeholder" if is_placeholder(host) else ""


@register("cx_feedback")
def check_cors_headers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn if django-cors-headers keeps headers of trusted origins from our endpoints."""
    if not (cors.has_cors_headers() and conf.get("TRUSTED_ORIGINS")):
        return []
    allowed = {str(name).lower() for name in getattr(settings, "CORS_ALLOW_HEADERS", ())}
    missing = {"idempotency-key", cors.READER_HEADER.lower()} - allowed
    if not missing:
        return []
    return [
        Warning(
            f"CORS_ALLOW_HEADERS lacks {', '.join(sorted(missing))}.",
            hint="CORS_ALLOW_HEADERS = (*corsheaders.defaults.default_headers, "
            f'"idempotency-key", "{cors.READER_HEADER.lower()}"): front ends send them.',
            id="cx_feedback.W006",
        )
    ]


@register("cx_feedback")
def check_fast_inserts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Reject models whose rows would lack what only ``save()`` does for them."""
    if not conf.get("FAST_INSERTS"):
        return []
    return [
        Error(
            f"Rows of {model._meta.label} are inserted without save(), but {reason}.",
            hint='Set CX_FEEDBACK["FAST_INSERTS"] = False: all rows are stored by save() then.',
            obj=model,
            id="cx_feedback.E007",
        )
        for model in sorted(FAST_MODELS, key=lambda each: each._meta.label)
        for reason in _find_obstacles(model)
    ]


def _find_obstacles(model: type[Model]) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if field.has_db_default():
            yield f"the database sets {field.name!r}"
    for name, signal in (("pre_save", pre_save), ("post_save", post_save)):
        for receiver in compat.get_receivers_of(signal, model):
            called = getattr(receiver, "__qualname__", type(receiver).__qualname__)
            yield f"{name} of it calls {receiver.__module__}.{called}"
