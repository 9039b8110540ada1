"""The site of a page. Objects without a page belong to the default site."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import swapper
from django.db.models import Q
from wagtail.models import Site

from cx_feedback.core import conf


def get_site_id_at_path(url_path: str) -> int | None:
    """Return the id of the site of a page at ``url_path``, from Wagtail's cached root paths.

    Pages outside of all sites and unknown pages belong to the default site.
    """
    roots = Site.get_site_root_paths()  # the deepest first
    inside = next((root for root in roots if url_path.startswith(root.root_path)), None)
    return inside.site_id if inside else default_site_id()


def get_site_condition(site_id: int | None) -> Q:
    """Return the condition of the pages of a site, from Wagtail's cached root paths.

    The translations of its root page belong to it, a site further down does not.
    """
    roots = Site.get_site_root_paths()
    own = {root.root_path for root in roots if root.site_id == site_id}
    condition = Q(pk__in=[])
    for path in own:
        condition |= Q(url_path__startswith=path)
    for path in {root.root_path for root in roots} - own:
        if any(path.startswith(each) for each in own):
            condition &= ~Q(url_path__startswith=path)
    return condition


def default_site_id() -> int | None:
    """Return the id of the default site or else the first; None without sites."""
    rows = Site.objects.order_by("-is_default_site", "pk")
    found: int | None = rows.values_list("pk", flat=True).first()
    return found


def get_site_ids(page_ids: Iterable[int]) -> dict[int, int | None]:
    """Return a map of page ids to site ids, with one query; without unknown pages."""
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=set(page_ids))
    return {pk: get_site_id_at_path(path) for pk, path in pages.values_list("pk", "url_path")}


def get_site_of_page(page: Any) -> Site | None:
    """Return the site of ``page``."""
    return get_site(get_site_id_at_path(page.url_path or ""))


def get_site(site_id: int | None) -> Site | None:
    """Return the site with this id, otherwise the default site."""
    sites = {site.pk: site for site in Site.objects.order_by("-is_default_site", "pk")}
    return sites.get(site_id) or next(iter(sites.values()), None)


def get_site_id(request: Any) -> int | None:
    """Return the id of the site of ``request``."""
    return getattr(Site.find_for_request(request), "pk", None)


def get_own_hosts() -> set[str]:
    """Return the hosts of this installation's sites, with their ports if they have one."""
    roots = [site.root_url for site in Site.objects.all()]
    return {urlsplit(root).netloc.lower() for root in [*roots, conf.get("NEWSLETTER_BASE_URL")]}


def is_own_url(url: str, hosts: set[str]) -> bool:
    """Return whether ``url`` is a web address on one of ``hosts``."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.netloc.lower() in hosts - {""}
    except ValueError:
        return False
