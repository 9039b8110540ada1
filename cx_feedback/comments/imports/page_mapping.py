"""Mapping the posts of another system to pages of this site."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import swapper
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from wagtail.models import Page, Site

from cx_feedback.comments.imports.records import Post


class LeaveOut(Exception):
    """Raised by a mapping to leave out a post. The reason is written to the report."""

    def __init__(self, reason: str = "", *, code: str = "mapping") -> None:
        self.reason, self.code = reason, code
        super().__init__(reason)


class PostMapping(ABC):
    """Returns the page of this site for a post. Set ``CX_FEEDBACK["WORDPRESS_MAPPING"]`` to it.

    One instance is used for a whole import, and called once for each post. The resulting page is
    stored, so that a later import of the post doesn't call the mapping again.
    """

    #: Types of posts to import. Others are left out and reported.
    kinds: ClassVar[tuple[str, ...]] = ("post", "page")

    @abstractmethod
    def page_for(self, post: Post) -> Page:
        """Return the page for ``post``: a new one, saved in the tree, or an existing one.

        Runs in a transaction. Raise LeaveOut with a reason to leave the post out. A
        ValidationError of the page leaves it out as well.
        """


class MatchPages(PostMapping):
    """Finds existing pages by URL, redirect or slug."""

    def page_for(self, post: Post) -> Page:
        return find_page(post)


def load_mapping(dotted_path: str) -> PostMapping:
    """Import a mapping. Raises ImproperlyConfigured if the path leads to none."""
    try:
        found = import_string(dotted_path)
    except ImportError as error:
        raise ImproperlyConfigured(f"There is no mapping {dotted_path!r}: {error}") from error
    if not (isinstance(found, type) and issubclass(found, PostMapping)):
        raise ImproperlyConfigured(f"{dotted_path} is no subclass of PostMapping.")
    return found()


def find_page(post: Post) -> Page:
    """Return the page that matches ``post``. Raises LeaveOut if there is none or several."""
    if post.translation_key:
        found = _get_pages().filter(translation_key=post.translation_key)
        if page := found.filter(locale__language_code=post.language).first():
            return page
    path = _get_path(post.link)
    if path and (page := _find_page_at(path) or _find_redirect_target(path)):
        return page
    slug = post.slug or (path.strip("/").rpartition("/")[2])
    pages = list(_get_pages().filter(slug=slug, depth__gt=1)[:20]) if slug else []
    if len(pages) > 1 and post.language:
        pages = [p for p in pages if p.locale.language_code == post.language] or pages
    if len(pages) == 1:
        return pages[0]
    raise LeaveOut(post.link or slug, code="several-pages" if pages else "no-page")


def _get_pages() -> QuerySet[Any]:
    found: QuerySet[Any] = swapper.load_model("wagtailcore", "Page").objects.select_related(
        "locale"
    )
    return found


def _get_path(link: str) -> str:
    """Return the path of a URL, "" if the post is named by a query as in "/?p=12"."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if parts.query and parts.path in ("", "/"):
        return ""
    return f"/{unquote(parts.path).strip('/')}/".replace("//", "/") if parts.netloc else ""


def _find_page_at(path: str) -> Page | None:
    """Return the page at ``path``, which may begin with a language code."""
    first, _slash, rest = path[1:].partition("/")
    candidates = []
    for site in Site.objects.select_related("root_page__locale"):
        candidates.append(site.root_page.url_path.rstrip("/") + path)
        for root in site.root_page.get_translations(inclusive=True).select_related("locale"):
            if root.locale.language_code == first:
                candidates.append(f"{root.url_path.rstrip('/')}/{rest}")
    found = _get_pages().filter(url_path__in=candidates)[:2]
    return found[0] if len(found) == 1 else None


def _find_redirect_target(path: str) -> Page | None:
    """Return the page to which Wagtail redirects ``path``, if that app is installed."""
    if not apps.is_installed("wagtail.contrib.redirects"):
        return None
    from wagtail.contrib.redirects.models import Redirect

    rows = Redirect.objects.filter(old_path=Redirect.normalise_path(path))
    found = rows.filter(redirect_page__isnull=False).select_related("redirect_page").first()
    return found.redirect_page if found else None
