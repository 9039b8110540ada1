"""The site in whose name a mail is sent, for its links and its brand."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from wagtail.models import Site

from cx_feedback.core import conf
from cx_feedback.core.pages import sites


@dataclass(frozen=True)
class MailSite:
    """A site as used in mails. ``base_url`` has no trailing slash."""

    pk: int | None
    base_url: str
    name: str


def get_mail_sites() -> dict[int | None, MailSite]:
    """Return all sites by id, and the default site under None, with one query."""
    found: dict[int | None, MailSite] = {}
    for site in Site.objects.order_by("-is_default_site", "pk"):
        found[site.pk] = _describe_site(site, is_default=not found)
        found.setdefault(None, found[site.pk])
    return found or {None: _describe_site(None, is_default=True)}


def get_mail_site(site_id: int | None = None) -> MailSite:
    """Return the site with this id, the default site if there is none."""
    found = get_mail_sites()
    return found.get(site_id) or found[None]


def get_site_of_action(
    *, page_id: int | None = None, mailing_list: Any = None, site_id: int | None = None
) -> MailSite:
    """Return the site of a mail that somebody's action causes: the site of its page.

    Without a page, it is the site of ``mailing_list``, else ``site_id``, the request's site.
    """
    own = sites.get_site_ids([page_id]).get(page_id) if page_id else None
    return get_mail_site(own or getattr(mailing_list, "site_id", None) or site_id)


def get_site_of_rule(rule: Any) -> MailSite:
    """Return the site of a rule's mails without a page: that of its list, else of its section."""
    return _get_site(rule.mailing_list, rule.section)


def get_site_of_issue(issue: Any) -> MailSite:
    """Return the site of an issue: that of its list, else of its digest's section."""
    return _get_site(issue.mailing_list, issue.digest.section if issue.digest_id else None)


def get_site_of_list(mailing_list: Any) -> MailSite:
    """Return the site of a list, the default site if it names none."""
    return get_mail_site(getattr(mailing_list, "site_id", None))


def _get_site(mailing_list: Any, section: Any) -> MailSite:
    if mailing_list.site_id is None and section is not None:
        return get_mail_site(sites.get_site_id_at_path(section.url_path))
    return get_mail_site(mailing_list.site_id)


def _describe_site(site: Site | None, *, is_default: bool) -> MailSite:
    """Return ``site`` as used in mails. NEWSLETTER_BASE_URL overrides the default site's URL."""
    given = conf.get("NEWSLETTER_BASE_URL") if is_default else ""
    base = given or (site.root_url if site else "")
    name = (site and site.site_name) or getattr(settings, "WAGTAIL_SITE_NAME", "")
    return MailSite(site.pk if site else None, base.rstrip("/"), str(name))
