"""``{% load cx_feedback_comments %}{% cx_comments %}`` for sites without StreamField."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from cx_feedback.comments.comment_counts import get_comment_counts, get_most_discussed
from cx_feedback.comments.rendering.thread_renderer import render_section_or_reason
from cx_feedback.comments.selectors import NEWEST
from cx_feedback.core.pages.page_access import is_visible
from cx_feedback.core.pages.previews import mark_if_previewed
from cx_feedback.core.pages.served_page import get_page, get_request

register = template.Library()


@register.simple_tag(takes_context=True)
def cx_comments(
    context: Any, page: Any = None, *, order: str = NEWEST, heading: str = ""
) -> SafeString:
    """Render the thread of ``page``, by default the ``page`` of the context.

    Comments of another page are only shown to readers who may see that page.
    """
    here = get_page(context)
    page = page or here
    number = getattr(page, "pk", None)
    elsewhere = number != getattr(here, "pk", None)
    if number is not None and elsewhere and not is_visible(number, get_request(context)):
        return SafeString("")
    shown = render_section_or_reason(page, context, order=order, heading=heading)
    if not shown:
        return shown
    html = render_to_string("cx_feedback/comments/block.html", {"cx_section": shown})
    return mark_if_previewed(html, context)


@register.simple_tag(takes_context=True)
def cx_comments_head(context: Any, page: Any = None) -> SafeString:
    """Return links to the feeds of ``page`` (by default the context's) and site, for ``<head>``."""
    page = page or get_page(context)
    kinds = ("rss", "atom")
    found = []
    if getattr(page, "pk", None):
        title = pgettext("comment", "Comments on %s") % page.title
        found += [
            (k, title, reverse("cx_feedback:comments-feed", args=[page.pk, k])) for k in kinds
        ]
    found += [
        (k, pgettext("comment", "Comments"), reverse("cx_feedback:comments-site-feed", args=[k]))
        for k in kinds
    ]
    return format_html_join(
        "\n", '<link rel="alternate" type="application/{}+xml" title="{}" href="{}">', found
    )


@register.simple_tag
def cx_comment_counts(pages: Iterable[Any]) -> dict[int, int]:
    """Return the numbers of comments of ``pages``, pages or their IDs, with one query.

    ``{% cx_comment_counts articles as counts %}``, then ``{{ counts|cx_comment_count:article }}``.
    Pages that not everybody may see are left out.
    """
    ids = (page if isinstance(page, int) else getattr(page, "pk", None) for page in pages or ())
    return get_comment_counts(pk for pk in ids if pk is not None)


@register.filter
def cx_comment_count(counts: Mapping[int, int], page: Any) -> int | None:
    """Return the number of comments of ``page`` in ``counts``, None if it was left out."""
    if not isinstance(counts, Mapping):
        return None
    return counts.get(page if isinstance(page, int) else getattr(page, "pk", 0))


@register.simple_tag(takes_context=True)
def cx_most_discussed(
    context: Any, *, heading: str = "", number: int = 5, days: int | None = 30
) -> SafeString:
    """Render the articles with the most comments, as ``MostDiscussedBlock`` does."""
    found = get_most_discussed(get_page(context), context, number=number, days=days)
    shown = {"cx_discussed": found, "cx_heading": heading, "cx_days": days}
    return render_to_string("cx_feedback/comments/most_discussed.html", shown)
