"""Django's system checks, ours with those of a deployment, with the lines to paste."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.checks import ERROR, CheckMessage, run_checks
from django.utils.translation import gettext_lazy as _

from cx_feedback.core.health.findings import DOCTOR_PAGE, Finding, Level
from cx_feedback.core.health.registry import Examination

SETTINGS_PAGE, ROOMS_PAGE = "docs/reference/settings.md", "docs/how-to/rooms.md"


@dataclass(frozen=True)
class Remedy:
    """The line to paste for a system check, and the document that explains it."""

    line: str
    docs_page: str = DOCTOR_PAGE


#: By the id of the check. What is not here has its hint alone.
REMEDIES: dict[str, Remedy] = {
    "cx_feedback.E001": Remedy("", SETTINGS_PAGE),
    "cx_feedback.E002": Remedy("CX_FEEDBACK = {}", SETTINGS_PAGE),
    "cx_feedback.E003": Remedy(
        'INSTALLED_APPS += ["rest_framework", "wagtail.snippets", "wagtail.admin"]', ROOMS_PAGE
    ),
    "cx_feedback.E004": Remedy(
        'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "…"}}',
        "docs/how-to/databases.md",
    ),
    "cx_feedback.E005": Remedy("USE_TZ = True"),
    "cx_feedback.E006": Remedy('pip install "wagtail-cx-feedback[all]"', ROOMS_PAGE),
    "cx_feedback.E007": Remedy('CX_FEEDBACK["FAST_INSERTS"] = False', SETTINGS_PAGE),
    "cx_feedback.E011": Remedy("", "docs/extending/adding-a-survey-template.md"),
    "cx_feedback.E041": Remedy("", "docs/explanation/spam.md"),
    "cx_feedback.E042": Remedy('pip install --force-reinstall "wagtail-cx-feedback[all]"'),
    "cx_feedback.E051": Remedy("", "docs/extending/adding-a-trigger.md"),
    "cx_feedback.E061": Remedy("", "docs/extending/adding-a-webhook-event.md"),
    "cx_feedback.W001": Remedy("", SETTINGS_PAGE),
    "cx_feedback.W002": Remedy('INSTALLED_APPS += ["wagtail.contrib.settings"]', ROOMS_PAGE),
    "cx_feedback.W003": Remedy(
        'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", '
        '"LOCATION": "redis://127.0.0.1:6379/1", "OPTIONS": {"socket_timeout": 1, '
        '"socket_connect_timeout": 1}}}',
        "docs/how-to/caches.md",
    ),
    "cx_feedback.W004": Remedy('WAGTAILADMIN_BASE_URL = "https://magazine.example"'),
    "cx_feedback.W005": Remedy(
        'CACHES["default"]["OPTIONS"] = {"socket_timeout": 1, "socket_connect_timeout": 1}',
        "docs/how-to/caches.md",
    ),
    "cx_feedback.W006": Remedy(
        "from corsheaders.defaults import default_headers\n"
        'CORS_ALLOW_HEADERS = (*default_headers, "idempotency-key", "x-cx-reader")',
        "docs/how-to/headless.md",
    ),
}


def examine_system_checks() -> Iterator[Finding]:
    """Yield what our checks say, those of a deployment too, and the errors of all others."""
    ours = run_checks(tags=["cx_feedback"], include_deployment_checks=True)
    others = [one for one in run_checks() if one.level >= ERROR and not _is_ours(one)]
    for message in [*ours, *others]:
        if not message.is_silenced():
            yield build_finding(message)


def build_finding(message: CheckMessage) -> Finding:
    """Return the finding of a message. Its words are in English, like those of all checks."""
    remedy = REMEDIES.get(str(message.id), Remedy(""))
    words = [str(text).strip() for text in (_describe_message(message), message.hint) if text]
    return Finding(
        level=Level.ERROR if message.level >= ERROR else Level.WARNING,
        code=str(message.id or "check"),
        what=" ".join(words),
        line_to_paste=remedy.line,
        docs_page=remedy.docs_page,
        is_in_english=True,
    )


def _describe_message(message: CheckMessage) -> str:
    return str(message.msg) if _is_ours(message) else f"{message.obj or ''} {message.msg}"


def _is_ours(message: Any) -> bool:
    return str(message.id).startswith("cx_feedback.")


EXAMINATION = Examination(
    "checks", _("Settings and libraries"), examine_system_checks, problems=(), seconds=20.0
)
