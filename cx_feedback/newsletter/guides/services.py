"""Sending guides to those who request them, and opt-in mails to those who ticked the list."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.documents import get_document_model

from cx_feedback.core.errors import Gone
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.text import languages
from cx_feedback.core.text.email_addresses import clean_address
from cx_feedback.mail.models import Message
from cx_feedback.mail.services import create_message
from cx_feedback.newsletter.guides import signed_links
from cx_feedback.newsletter.guides.signed_links import GUIDE
from cx_feedback.newsletter.rendering import mail_renderer
from cx_feedback.newsletter.rendering.mail_sites import MailSite, get_site_of_action
from cx_feedback.newsletter.services.mail_request_limits import (
    RequestedMail,
    may_request_mail,
    rollback_unless,
)
from cx_feedback.newsletter.services.subscriptions import subscribe


@dataclass(frozen=True)
class GuideConsent:
    """The list that somebody has ticked in the form of a guide, and the page of the form."""

    list_id: int
    time_zone: str = ""
    page_id: int | None = None


def get_document(document_id: int) -> Any:
    """Return the document. Raises Gone if it was deleted."""
    found = get_document_model().objects.filter(pk=document_id).first()
    if found is None:
        raise Gone(_("This guide is no longer available."))
    return found


@transaction.atomic
def send_guide(
    *,
    email: str,
    document_id: int,
    language: str = "",
    consent: GuideConsent | None = None,
    page_id: int | None = None,
    site_id: int | None = None,
) -> None:
    """Mail the link to a guide. With ``consent``, also send the opt-in mail of the list.

    The address alone creates neither a subscription nor a reader. Limited like all mails that
    anybody can request. The mail is sent in the name of the site of the page, else of
    ``site_id``. Raises InvalidInput naming ``email`` or ``list``, and Gone for a deleted document.
    """
    email = clean_address(email)
    document = get_document(document_id)
    site = get_site_of_action(page_id=page_id, site_id=site_id)
    mailing = f"{GUIDE}{document.pk}"
    guide_mail = RequestedMail(
        message=create_guide_message(document, language, site),
        mailing=mailing,
        key=uuid.uuid4().hex,
        address=email,
        variables={"guide_url": signed_links.get_download_url(document.pk, site.base_url)},
    )
    with rollback_unless(may_request_mail(email, kind=GUIDE, mailings=[mailing])):
        guide_mail.post_mail()
    if consent is not None:
        subscribe(
            email=email,
            list_ids=[consent.list_id],
            language=language,
            time_zone=consent.time_zone,
            page_id=consent.page_id,
            site_id=site_id,
            source="guide",
        )


def create_guide_message(document: Any, language: str, site: MailSite) -> Message:
    """Return the message with the link to a document, an existing one of the same content."""
    with translation.override(languages.get_mail_language(language)):
        title = mail_renderer.escape_braces(document.title)
        longest = Message._meta.get_field("subject").max_length or 0
        subject = Truncator(pgettext("newsletter", "Here is “%s”") % title).chars(longest)
        template = "cx_feedback/newsletter/mail/guide.html"
        parts = mail_renderer.render_mail(subject, template, "", {"title": title}, site)
    headers = {"Auto-Submitted": "auto-generated"}
    return create_message(
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        headers=headers,
        language=language,
    )


def get_guide_names(ids: list[str]) -> dict[str, str]:
    """Return names by id, for the screens of the mail app."""
    rows = get_document_model().objects.filter(pk__in=[i for i in map(parse_id, ids) if i])
    return {
        str(pk): pgettext("newsletter", "Guide: %s") % title
        for pk, title in rows.values_list("pk", "title")
    }
