"""The reasons to reject comments, which each site can set."""

from dataclasses import dataclass

from wagtail.models import Site

from cx_feedback.comments.models import CommentSettings
from cx_feedback.comments.moderation import wording


@dataclass(frozen=True)
class SiteReasons:
    """The reasons of a site."""

    site_id: int | None
    name: str
    reasons: list[str]


def get_site_reasons(only: Site | None = None) -> list[SiteReasons]:
    """Return the reasons of each site, the default one first, or of ``only``."""
    sites = [only] if only else list(Site.objects.order_by("-is_default_site", "hostname"))
    rows = CommentSettings.objects.filter(site__in=[site.pk for site in sites])
    own = dict(rows.values_list("site_id", "reject_reasons"))
    found = [
        SiteReasons(
            site.pk, site.site_name or site.hostname, wording.parse_reasons(own.get(site.pk) or "")
        )
        for site in sites
    ]
    return found or [SiteReasons(None, "", wording.parse_reasons())]
