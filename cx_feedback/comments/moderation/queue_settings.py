"""Settings of sites and editors for the queue, cached: each request asks for them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import Site

from cx_feedback.comments.models import CommentSettings, SavedReply
from cx_feedback.core.caching.generations import Generation

#: Seconds for which the settings are cached. A change by an editor applies at once.
CACHE_SECONDS = 60
#: The most saved replies in the menu.
MAX_REPLIES = 50
_KEY = "cx:comments:queue-settings"
_generation = Generation("comments-queue")


@dataclass(frozen=True)
class SiteModeration:
    """The settings of a site that moderators meet; ``reasons`` is the text of the setting."""

    site_id: int
    name: str
    reasons: str
    promise: int


@dataclass(frozen=True)
class QueueSettings:
    """All sites, the default one first, and the IDs and titles of the saved replies."""

    sites: tuple[SiteModeration, ...]
    saved_replies: tuple[tuple[int, str], ...]


def get_queue_settings() -> QueueSettings:
    """Return the settings of the queue, usually without a query."""
    known, token = _generation.recall(_KEY)
    if known is None:
        known = QueueSettings(_load_sites(), _load_saved_replies())
        _generation.keep(_KEY, known, token, CACHE_SECONDS)
    found: QueueSettings = known
    return found


def clear_queue_settings(**kwargs: Any) -> None:
    """Drop the cached settings after a site, a setting or a saved reply has changed."""
    _generation.end()


def _load_sites() -> tuple[SiteModeration, ...]:
    own = CommentSettings.objects.filter(site=OuterRef("pk"))
    default = CommentSettings._meta.get_field("spam_promise").default
    rows = Site.objects.order_by("-is_default_site", "hostname").annotate(
        reasons=Subquery(own.values("reject_reasons")[:1]),
        promise=Coalesce(Subquery(own.values("spam_promise")[:1]), default),
    )
    return tuple(
        SiteModeration(site.pk, site.site_name or site.hostname, site.reasons or "", site.promise)
        for site in rows
    )


def _load_saved_replies() -> tuple[tuple[int, str], ...]:
    rows = SavedReply.objects.values_list("pk", "title").order_by("title")
    return tuple(rows[:MAX_REPLIES])
