"""From posts of another system to pages of this site: what a site supplies, and finding pages."""

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
    """Raised by a mapping for a post that it does not bring; the words go into the report."""

    def __init__(self, reason: str = "", *, code: str = "mapping") -> None:
        self.reason, self.code = reason, code
        super().__init__(reason)


class PostMapping(ABC):
    """Says which page of this site a post becomes. ``CX_FEEDBACK["WORDPRESS_MAPPING"]`` names it.

    One object serves a whole import. Each post comes once: what page it became is kept, and
    another import of the post does not ask again.
    """

    #: Types of posts that ``page_for`` is asked about; others are left out and reported.
    kinds: ClassVar[tuple[str, ...]] = ("post", "page")

    @abstractmethod
    def page_for(self, post: Post) -> Page:
        """Return the page for ``post``: a new one, saved in the tree, or one that is there.

        Runs in a transaction. Raise LeaveOut, with the reason in words, for a post that is not
        wanted; a ValidationError of the page leaves it out as well.
        """


class MatchPages(PostMapping):
    """Finds pages that are there already: by address, by a redirect from it, by slug."""

    def page_for(self, post: Post) -> Page:
        return find_page(post)


def load_mapping(dotted_path: str) -> PostMapping:
    """Return the mapping of that name; raises ImproperlyConfigured when it is none."""
    try:
        found = import_string(dotted_path)
    except ImportError as error:
        raise ImproperlyConfigured(f"There is no mapping {dotted_path!r}: {error}") from error
    if not (isinstance(found, type) and issubclass(found, PostMapping)):
        raise ImproperlyConfigured(f"{dotted_path} is no subclass of PostMapping.")
    return found()


def find_page(post: Post) -> Page:
    """Return the one page of this site that ``post`` is; raises LeaveOut when none or several."""
    if post.translation_key:
        found = _pages().filter(translation_key=post.translation_key)
        if page := found.filter(locale__language_code=post.language).first():
            return page
    path = _path_of(post.link)
    if path and (page := _at(path) or _redirected(path)):
        return page
    slug = post.slug or (path.strip("/").rpartition("/")[2])
    pages = list(_pages().filter(slug=slug, depth__gt=1)[:20]) if slug else []
    if len(pages) > 1 and post.language:
        pages = [p for p in pages if p.locale.language_code == post.language] or pages
    if len(pages) == 1:
        return pages[0]
    raise LeaveOut(post.link or slug, code="several-pages" if pages else "no-page")


def _pages() -> QuerySet[Any]:
    found: QuerySet[Any] = swapper.load_model("wagtailcore", "Page").objects.select_related(
        "locale"
    )
    return found


def _path_of(link: str) -> str:
    """Return the path of an address; "" where a query says which post it is, as in "/?p=12"."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if parts.query and parts.path in ("", "/"):
        return ""
    return f"/{unquote(parts.path).strip('/')}/".replace("//", "/") if parts.netloc else ""


def _at(path: str) -> Page | None:
    """Return the page at ``path`` of a site, or of the tree of the language that begins it."""
    first, _slash, rest = path[1:].partition("/")
    candidates = []
    for site in Site.objects.select_related("root_page__locale"):
        candidates.append(site.root_page.url_path.rstrip("/") + path)
        for root in site.root_page.get_translations(inclusive=True).select_related("locale"):
            if root.locale.language_code == first:
                candidates.append(f"{root.url_path.rstrip('/')}/{rest}")
    found = _pages().filter(url_path__in=candidates)[:2]
    return found[0] if len(found) == 1 else None


def _redirected(path: str) -> Page | None:
    """Return the page to which Wagtail redirects ``path``, where that app is installed."""
    if not apps.is_installed("wagtail.contrib.redirects"):
        return None
    from wagtail.contrib.redirects.models import Redirect

    rows = Redirect.objects.filter(old_path=Redirect.normalise_path(path))
    found = rows.filter(redirect_page__isnull=False).select_related("redirect_page").first()
    return found.redirect_page if found else None
