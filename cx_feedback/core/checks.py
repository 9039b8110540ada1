"""System checks. Their ids stay: E001 bad value, E002 not a dictionary, W001 unknown key.

W002: an app is missing that shows editors their settings. W003, of ``check --deploy``: processes do
not share a cache.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from cx_feedback.core import conf


@register("cx_feedback")
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check every key of ``CX_FEEDBACK`` by its declaration in ``conf.SETTINGS``."""
    given = conf.given()
    if not isinstance(given, dict):
        return [Error("CX_FEEDBACK must be a dictionary.", id="cx_feedback.E002")]
    messages: list[CheckMessage] = []
    declared = {setting.name: setting for setting in conf.SETTINGS}
    for name, value in given.items():
        if name not in declared:
            messages.append(
                Warning(
                    f"CX_FEEDBACK[{name!r}] is no setting of this package.",
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
    """Say so when editors cannot reach the site settings of this package."""
    if apps.is_installed("wagtail.contrib.settings"):
        return []
    return [
        Warning(
            "Editors cannot change the settings of comments and loyalty.",
            hint='Add "wagtail.contrib.settings" to INSTALLED_APPS; until then defaults hold.',
            id="cx_feedback.W002",
        )
    ]


#: Backends of Django that no other process reads.
OWN_CACHES = ("locmem.LocMemCache", "dummy.DummyCache")


@register("cx_feedback", deploy=True)
def check_shared_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Say so when what one process forgets of a page is remembered by the others."""
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
