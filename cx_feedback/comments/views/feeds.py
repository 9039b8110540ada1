"""RSS and Atom feeds of comments on one page or on all public pages of a site."""

import hashlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

import swapper
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET
from wagtail.models import Site

from cx_feedback.comments.following import signed_links
from cx_feedback.comments.models import Comment
from cx_feedback.comments.views.thread_views import get_page_or_404
from cx_feedback.core.text import languages
from cx_feedback.core.text.text_cleaning import clean_text

#: Entries per feed.
LIMIT = 50
TYPES = {"rss": Rss201rev2Feed, "atom": Atom1Feed}


@require_GET
def page_feed(request: HttpRequest, page_id: int, kind: str) -> HttpResponse:
    """Return the newest comments of a public page. A restricted page has no feed."""
    page = get_page_or_404(page_id, request)
    if page.cx_restricted:
        raise Http404
    rows = Comment.objects.published().filter(thread__page=page.pk).order_by("-key")[:LIMIT]
    with translation.override(page.locale.language_code):
        title = pgettext("comment", "Comments on %s") % page.title
        home = page.get_full_url(request) or ""
        return _render_feed(request, kind, title, home, rows.select_related("thread__page"))


@require_GET
def site_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """Return the newest comments on the public pages of the requested site."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    pages = swapper.load_model("wagtailcore", "Page").objects.live().public()
    public = pages.descendant_of(site.root_page, inclusive=True).values("pk")
    rows = Comment.objects.published().filter(thread__page__in=public).order_by("-pk")[:LIMIT]
    title = pgettext("comment", "Comments on %s") % (site.site_name or site.hostname)
    return _render_feed(request, kind, title, site.root_url, rows.select_related("thread__page"))


def _render_feed(
    request: HttpRequest, kind: str, title: str, home: str, comments: Iterable[Comment]
) -> HttpResponse:
    if kind not in TYPES:
        raise Http404
    here = request.build_absolute_uri(request.path)
    feed: Any = TYPES[kind](
        title=_clean_feed_text(title),
        link=home,
        description=_clean_feed_text(title),
        language=languages.get_current_language(),
        feed_url=here,
        feed_guid=here,
    )
    for comment in comments:
        names = {"name": comment.name, "title": comment.thread.page.title}
        path = reverse("cx_feedback:comment", args=[comment.pk])
        link = urljoin(f"{signed_links.get_site_url(comment.thread.page)}/", path)
        feed.add_item(
            title=_clean_feed_text(pgettext("comment", "%(name)s on “%(title)s”") % names),
            link=link,
            unique_id=link,
            unique_id_is_permalink=True,
            description=comment.html,
            author_name=_clean_feed_text(comment.name),
            pubdate=comment.published_at or comment.created_at,
            updateddate=comment.edited_at or comment.published_at or comment.created_at,
        )
    response = HttpResponse(content_type=feed.content_type)
    feed.write(response, "utf-8")
    # A page may become private at any time, so front-end caches have to revalidate.
    patch_cache_control(response, public=True, no_cache=True, max_age=0)
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _clean_feed_text(value: str) -> str:
    """Return ``value`` without characters that XML does not allow."""
    return clean_text(value, one_line=True)
