"""Renders an issue as a mail: from blocks to MJML, to HTML with inline styles, to plain text."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe

from cx_feedback.core.text import languages
from cx_feedback.core.text.plain_text import convert_to_text
from cx_feedback.mail.messages.rendering import fill_template
from cx_feedback.mail.models import Message
from cx_feedback.newsletter.models import Issue
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.newsletter.rendering.mail_renderer import (
    RenderedMail,
    escape_braces,
    fill_shared_placeholders,
    inline_styles,
    store_message,
)
from cx_feedback.newsletter.rendering.mail_sites import get_site_of_issue

#: Names of fields in which sites keep the summary of a page.
SUMMARY_FIELDS = (
    "search_description", "lead", "intro", "introduction", "summary", "excerpt", "standfirst",
    "teaser",
)  # fmt: skip


@dataclass(frozen=True)
class Article:
    """An article of the site as shown in a mail."""

    title: str
    url: str
    summary: str = ""
    picture: str = ""
    alt: str = ""


def get_article(page: Any, base: str) -> Article | None:
    """Return a page as an article, None if it isn't public.

    The summary is the first of SUMMARY_FIELDS that isn't empty. The picture is the field
    ``image``, ``cover``, ``hero`` or ``picture``.
    """
    page = page.specific
    if not page.live or page.get_view_restrictions():
        return None
    summary = next((str(text) for name in SUMMARY_FIELDS if (text := getattr(page, name, ""))), "")
    pictures = ("image", "cover", "hero", "picture")
    image = next((found for name in pictures if (found := getattr(page, name, None))), None)
    return Article(
        title=escape_braces(page.title),
        url=urljoin(f"{base}/", page.get_url() or ""),
        summary=escape_braces(convert_to_text(summary).strip() if "<" in summary else summary),
        picture=get_picture_url(image, base) if hasattr(image, "get_rendition") else "",
        # The picture is a link. Without a description, its text is the title it leads to.
        alt=escape_braces(getattr(image, "description", "") or page.title),
    )


def get_picture_url(image: Any, base: str) -> str:
    """Return the URL of an image in the width of a mail."""
    return urljoin(f"{base}/", image.get_rendition("width-1072|format-jpeg").url)


def render_issue(issue: Issue, *, subject: str = "") -> RenderedMail:
    """Render ``issue`` in its language, with placeholders left in. Fetches nothing."""
    import mrml

    # Without fonts, so that neither the server nor the mail program fetches anything.
    options = mrml.RenderOptions(fonts={})
    with translation.override(languages.get_mail_language(issue.language)):
        site = get_site_of_issue(issue)
        base = site.base_url
        context = {
            "subject": subject or issue.subject,
            "preheader": issue.preheader,
            "list_name": escape_braces(issue.mailing_list.name),
            "site_name": escape_braces(site.name),
            "base_url": base,
            "language": translation.get_language() or "",
            "archive_url": _get_archive_url(issue, base),
        }
        context["parts"] = mark_safe("".join(str(part.render(context)) for part in issue.body))
        mjml = render_to_string("cx_feedback/newsletter/mail/issue.mjml", context)
        html = inline_styles(
            mrml.to_html(fill_shared_placeholders(mjml, context, html=True), None, options).content
        )
        return RenderedMail(
            fill_shared_placeholders(context["subject"], context), convert_to_text(html), html
        )


def _get_archive_url(issue: Issue, base: str) -> str:
    path = issue.get_archive_path()
    return signed_links.make_absolute(path, base) if path else ""


def create_issue_message(issue: Issue, *, subject: str = "") -> Message:
    """Return the message of ``issue``, an existing one if the content is the same."""
    return store_message(
        render_issue(issue, subject=subject),
        issue.mailing_list,
        issue.language,
        bulk=True,
        site=get_site_of_issue(issue),
    )


def render_public_subject(issue: Issue) -> str:
    """Return the subject as shown to the public, without rendering the rest."""
    with translation.override(languages.get_mail_language(issue.language)):
        site = get_site_of_issue(issue)
        names = {"list_name": escape_braces(issue.mailing_list.name), "site_name": site.name}
        return fill_template(fill_shared_placeholders(issue.best_subject, names), {"name": ""})


def render_public_issue(issue: Issue, *, subject: str = "") -> RenderedMail:
    """Render ``issue`` as shown to the public, in previews and in the archive.

    In place of a subscriber's own links, it links to the page that mails these to an address.
    """
    parts = render_issue(issue, subject=subject or issue.best_subject)
    request_url = signed_links.make_absolute(
        reverse("cx_feedback:newsletter-preferences-request"), get_site_of_issue(issue).base_url
    )
    values = {"name": "", **dict.fromkeys(signed_links.LINK_PLACEHOLDERS, request_url)}
    return RenderedMail(
        fill_template(parts.subject, values),
        fill_template(parts.text, values),
        fill_template(parts.html, values, html=True),
    )


def store_sent_html(issue: Issue) -> None:
    """Set the HTML as sent, since articles and lists change later. The caller saves the issue."""
    issue.sent_html = render_public_issue(issue, subject=issue.subject).html
    if issue.other_subject:
        issue.sent_other_html = render_public_issue(issue, subject=issue.other_subject).html


def get_sent_issue(issue: Issue) -> RenderedMail:
    """Return a posted ``issue`` as it was sent, with the subject that most recipients got."""
    html = issue.sent_other_html if issue.winner == "b" else issue.sent_html
    # Without stored HTML, it is shown with its articles as they are now.
    return (
        RenderedMail(render_public_subject(issue), convert_to_text(html), html)
        if html
        else render_public_issue(issue)
    )
