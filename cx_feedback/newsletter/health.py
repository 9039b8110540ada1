"""The form to subscribe on the pages of the site, and the links in mails, for the doctor."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Site

from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.registry import Examination, Widget
from cx_feedback.core.http.local_hosts import is_local_site
from cx_feedback.newsletter.rendering.mail_sites import get_mail_site
from cx_feedback.newsletter.selectors import get_default_list

UNSAFE_LINKS = Problem(
    "unsafe-links",
    Level.WARNING,
    _(
        "Links in mails of the site “%(host)s” begin with %(url)s. To unsubscribe at one click "
        "(RFC 8058) mail programs follow https:// alone."
    ),
    'Site.objects.filter(hostname="$host").update(port=443)  # manage.py shell',
    "docs/explanation/newsletter.md",
)


def examine_links() -> Iterator[Finding]:
    """Yield the sites whose links in mails have no TLS."""
    for site in Site.objects.all():
        url = get_mail_site(site.pk).base_url
        if not url.startswith("https://") and not is_local_site():
            yield UNSAFE_LINKS.build_finding(host=site.hostname, url=url or "–")


def _build_value() -> Any:
    return None if get_default_list() is None else {}


EXAMINATIONS = (Examination("mail-links", _("Links in mails"), examine_links, (UNSAFE_LINKS,)),)
WIDGETS = (
    Widget(
        name="subscribe",
        title=pgettext_lazy("newsletter", "Subscribe"),
        block="cx_feedback.newsletter.blocks.SubscribeBlock",
        line='("subscribe", SubscribeBlock()),  '
        "# from cx_feedback.newsletter.blocks import SubscribeBlock",
        tags=("cx_subscribe",),
        css_class="cx-subscribe",
        stores="cx_feedback_newsletter.Subscription",
        build_value=_build_value,
        missing=_("Make a mailing list that takes subscriptions (Feedback, Mailing lists)."),
    ),
)
