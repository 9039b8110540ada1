"""The reasons to reject comments, which each site can set."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.models import Site

from cx_feedback.comments.moderation.queue_settings import get_queue_settings

#: Reasons to reject, unless the site has its own.
DEFAULT_REASONS = (
    pgettext_lazy("comment", "Insults or hate"),
    gettext_lazy("Not about the article"),
    pgettext_lazy("comment", "Advertising"),
    pgettext_lazy("comment", "False claims"),
    pgettext_lazy("comment", "Somebody's private details"),
    gettext_lazy("Nothing that can be understood"),
)
MAX_REASONS = 9


@dataclass(frozen=True)
class SiteReasons:
    """The reasons of a site."""

    site_id: int | None
    name: str
    reasons: list[str]


def get_site_reasons(only: Site | None = None) -> list[SiteReasons]:
    """Return the reasons of each site, the default one first, or of ``only``."""
    sites = [site for site in get_queue_settings().sites if only is None or site.site_id == only.pk]
    found = [SiteReasons(site.site_id, site.name, parse_reasons(site.reasons)) for site in sites]
    return found or [SiteReasons(None, "", parse_reasons())]


def parse_reasons(setting: str = "") -> list[str]:
    """Return the reasons to reject, one for each line of the setting, or the default ones."""
    own = [line.strip()[:200] for line in setting.splitlines() if line.strip()]
    return (own or [str(reason) for reason in DEFAULT_REASONS])[:MAX_REASONS]


def get_known_reasons() -> dict[str, Any]:
    """Return the reasons of all sites; default ones in each language, to today's words."""
    known: dict[str, Any] = {
        reason: reason for site in get_site_reasons() for reason in site.reasons
    }
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            known |= {str(reason): reason for reason in DEFAULT_REASONS}
    return known
