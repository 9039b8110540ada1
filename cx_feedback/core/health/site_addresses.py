"""The addresses of the package, and those of the site in mails."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.registry import Examination
from cx_feedback.core.http.local_hosts import is_local_site, is_placeholder

#: An address that every site with the package has.
SCHEMA = "cx_feedback:api-schema"

NO_URLS = Problem(
    "no-urls",
    Level.ERROR,
    _("The URL configuration has none of our addresses, so no form can be sent."),
    'path("feedback/", include("cx_feedback.urls")),  # urls.py, before Wagtail\'s own',
    "docs/tutorial/first-answer.md",
)
URLS_TOO_LATE = Problem(
    "urls-too-late",
    Level.ERROR,
    _("Another URL pattern takes %(path)s before ours: put ours first."),
    'urlpatterns.insert(0, path("feedback/", include("cx_feedback.urls")))  # end of urls.py',
    "docs/tutorial/first-answer.md",
)
NO_SITE = Problem(
    "no-site",
    Level.ERROR,
    _("Wagtail has no site, so pages have no address: make one under Settings, Sites."),
    'Site.objects.create(hostname="magazine.example", port=443, is_default_site=True, '
    "root_page=Page.objects.filter(depth=2).first())  # manage.py shell",
)
PLACEHOLDER_SITE = Problem(
    "placeholder-site",
    Level.WARNING,
    _(
        "The site “%(host)s” in Wagtail (Settings, Sites) is a placeholder: links in mails to "
        "readers begin with it."
    ),
    'Site.objects.filter(hostname="$host").update(hostname="magazine.example", port=443)  '
    "# manage.py shell",
)
HOST_REFUSED = Problem(
    "host-refused",
    Level.ERROR,
    _("ALLOWED_HOSTS refuses %(host)s, a site in Wagtail: its links in mails lead to an error."),
    'ALLOWED_HOSTS += ["$host"]',
)


def examine_urls() -> Iterator[Finding]:
    """Yield what keeps requests from our addresses."""
    try:
        path = reverse(SCHEMA)
    except NoReverseMatch:
        yield NO_URLS.build_finding()
        return
    if resolve(path).view_name != SCHEMA:
        yield URLS_TOO_LATE.build_finding(path=path)


def examine_sites() -> Iterator[Finding]:
    """Yield what is wrong with the addresses of Wagtail's sites."""
    sites = list(Site.objects.all())
    if not sites:
        yield NO_SITE.build_finding()
    for site in sites:
        host = urlsplit(site.root_url).hostname or site.hostname
        if is_placeholder(host) and not is_local_site():
            yield PLACEHOLDER_SITE.build_finding(host=site.hostname)
        elif not validate_host(host, _get_allowed_hosts()):
            yield HOST_REFUSED.build_finding(host=host)


def _get_allowed_hosts() -> list[str]:
    """Return the hosts that Django lets in, which are more under development."""
    if settings.DEBUG and not settings.ALLOWED_HOSTS:
        return [".localhost", "127.0.0.1", "[::1]"]
    return list(settings.ALLOWED_HOSTS)


URLS = Examination("urls", _("URLs"), examine_urls, (NO_URLS, URLS_TOO_LATE))
SITES = Examination(
    "sites",
    _("Addresses of the sites"),
    examine_sites,
    (NO_SITE, PLACEHOLDER_SITE, HOST_REFUSED),
)
