"""``{% load cx_feedback_newsletter %}{% cx_subscribe %}`` for sites without StreamField."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import expand_db_html

from cx_feedback.core.pages.previews import mark_if_previewed
from cx_feedback.core.pages.served_page import get_page
from cx_feedback.newsletter.guides.form_context import build_guide_context as guide_context
from cx_feedback.newsletter.models import FollowUpRule, Issue, MailingList
from cx_feedback.newsletter.rendering import previews, signed_links
from cx_feedback.newsletter.subscribing.form_context import build_form_context

register = template.Library()


@register.simple_tag(takes_context=True)
def cx_subscribe(
    context: Any,
    mailing_list: MailingList | None = None,
    heading: str = "",
    text: str = "",
    ask_name: bool = False,
    offer_topics: bool = False,
    more_lists: Iterable[MailingList] = (),
) -> SafeString:
    """Render the subscription form. With ``more_lists`` readers choose among the lists."""
    lists = [one for one in (mailing_list, *more_lists) if one is not None]
    page_id = getattr(get_page(context), "pk", None)
    shown = build_form_context(lists, page_id, ask_name=ask_name, offer_topics=offer_topics)
    return _render_form("subscribe", {**shown, "heading": heading, "text": text}, context)


@register.simple_tag(takes_context=True)
def cx_guide(
    context: Any,
    document: Any,
    mailing_list: MailingList | None = None,
    heading: str = "",
    text: str = "",
) -> SafeString:
    """Render the form that sends a document by mail, with a checkbox for ``mailing_list``."""
    page_id = getattr(get_page(context), "pk", None)
    shown = guide_context(document, mailing_list, page_id)
    return _render_form("guide", {**shown, "heading": heading, "text": text}, context)


def _render_form(name: str, shown: dict[str, Any], context: Any) -> SafeString:
    html = render_to_string(f"cx_feedback/newsletter/{name}.html", shown)
    return mark_if_previewed(html, context)


@register.simple_tag(takes_context=True)
def cx_mail_html(context: Any, value: Any) -> SafeString:
    """Return rich text for a mail, with few tags and absolute links."""
    import nh3

    from cx_feedback.newsletter.rendering.mail_renderer import ALLOWED_TAGS, make_links_absolute

    html = nh3.clean(expand_db_html(value.source), tags=ALLOWED_TAGS)
    # MJML is XML, in which void elements must be closed.
    closed = html.replace("<br>", "<br />").replace("<hr>", "<hr />")
    return mark_safe(make_links_absolute(closed, context["base_url"]))


@register.simple_tag(takes_context=True)
def cx_mail_url(context: Any, path: str) -> str:
    """Return ``path`` as an absolute URL with the language of the mail."""
    joint = "&" if "?" in path else "?"
    return signed_links.make_absolute(
        f"{path}{joint}lang={context.get('language', '')}", context["base_url"]
    )


@register.simple_tag(takes_context=True)
def cx_mail_page(context: Any, page: Any) -> str:
    """Return the absolute URL of a page."""
    return signed_links.make_absolute(page.get_url() or "/", context["base_url"])


@register.simple_tag(takes_context=True)
def cx_mail_article(context: Any, page: Any) -> Any:
    """Return a page as an article, None if it isn't public."""
    from cx_feedback.newsletter.issues.issue_renderer import get_article

    return get_article(page, context["base_url"])


@register.simple_tag(takes_context=True)
def cx_mail_image(context: Any, image: Any) -> str:
    """Return the URL of an image in the width of a mail."""
    from cx_feedback.newsletter.issues.issue_renderer import get_picture_url

    return get_picture_url(image, context["base_url"])


@register.simple_tag
def cx_mail_preview(mail: FollowUpRule | Issue, mode: str) -> Any:
    """Return the parts of a rule's mail or an issue (subject, text, html) as editors see it."""
    from cx_feedback.newsletter.issues import issue_renderer
    from cx_feedback.newsletter.rendering import mail_renderer

    if isinstance(mail, Issue):
        return issue_renderer.render_public_issue(mail)
    series = mail.mails
    chosen = series[min(previews.get_mode_position(mode), len(series)) - 1]
    language = mail.language or previews.get_mode_language(mode)
    return mail_renderer.render_preview(mail, language, mail=chosen)
