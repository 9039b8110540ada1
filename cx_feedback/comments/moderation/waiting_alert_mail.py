"""The email that tells a moderator that something waits too long. It holds no reader's words."""

from urllib.parse import urljoin

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Site

from cx_feedback.core.text import languages
from cx_feedback.mail.models import Message
from cx_feedback.mail.services import create_message

#: Prefix of mailings in the deliveries ledger.
ALERT = "comment-waiting:"


def write_alert_mail(site: Site, hours: int, language: str) -> Message:
    """Return the mail about what waits on ``site``, the same for all moderators."""
    with translation.override(languages.get_mail_language(language)):
        waited = ngettext("%d hour", "%d hours", hours) % hours
        name = " ".join((site.site_name or site.hostname).split())
        name = name.replace("{", "(").replace("}", ")")
        subject = _("Comments on %s are waiting for you") % name
        context = {
            "subject": subject,
            "waited": waited,
            "name": name,
            "url": urljoin(f"{site.root_url}/", reverse("cx_comments:queue")),
            "language": translation.get_language() or "",
        }
        template = "cx_feedback/comments/mail/waiting"
        return create_message(
            subject=subject[:200],
            text=render_to_string(f"{template}.txt", context).strip() + "\n",
            html=render_to_string(f"{template}.html", context),
            headers={"Auto-Submitted": "auto-generated"},
            language=language,
        )


def name_alerts(ids: list[str]) -> dict[str, str]:
    """Name the mailings for the list of deliveries."""
    return {pk: _("Alert %s that comments wait, to moderators") % pk for pk in ids}
