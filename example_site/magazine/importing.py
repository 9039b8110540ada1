"""How a WordPress blog becomes part of the magazine: posts as articles, pages as plain pages.

``CX_FEEDBACK["WORDPRESS_MAPPING"]`` names ``MagazineMapping``; see docs/how-to/moving-in.md.
"""

from urllib.parse import urlsplit

import nh3
from django.utils import timezone
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page
from wagtail.rich_text import RichText

from cx_feedback.comments.imports.page_mapping import LeaveOut, PostMapping
from cx_feedback.comments.imports.records import Post
from cx_feedback.comments.rendering.imported_html import add_paragraphs
from cx_feedback.core.text.text_cleaning import html_to_text
from example_site.magazine.models import (
    ArticleIndexPage,
    ArticlePage,
    Category,
    HomePage,
    Person,
    StandardPage,
)

TEXT_TAGS = {"p", "br", "b", "strong", "i", "em", "a", "ul", "ol", "li"}


class MagazineMapping(PostMapping):
    """Articles with author, category and tags; what was not public comes as a draft."""

    def page_for(self, post: Post) -> Page:
        if post.status in ("trash", "auto-draft"):
            raise LeaveOut(_("It was thrown away."))
        locale = _locale(post.language)
        page = self._article(post, locale) if post.kind == "post" else self._plain_page(post)
        page.title = post.title or Truncator(html_to_text(post.content)).words(8) or _("Untitled")
        page.locale = locale
        page.live = post.status == "publish" and not post.protected
        page.first_published_at = post.date if page.live else None
        if post.status == "future":
            page.go_live_at = post.date
        above = ArticleIndexPage if post.kind == "post" else HomePage
        parent = above.objects.filter(locale=locale).first()
        if parent is None:
            raise LeaveOut(_("The magazine has no place for it in this language."))
        page.slug = _free_slug(post.slug or slugify(page.title) or f"{post.kind}-{post.id}", parent)
        parent.add_child(instance=page)
        page.save_revision()
        _redirect(post.link, page)
        return page

    def _article(self, post: Post, locale: Locale) -> ArticlePage:
        page = ArticlePage(
            date=timezone.localdate(post.date) if post.date else timezone.localdate(),
            lead=_lead(post),
            body=_body(post),
            author=_person(post.author.name, locale),
            category=_category(post.categories, locale),
        )
        page.tags.add(*(tag[:100] for tag in post.tags))
        return page

    def _plain_page(self, post: Post) -> StandardPage:
        return StandardPage(lead=_lead(post), body=_body(post))


def _locale(language: str) -> Locale:
    return Locale.objects.filter(language_code=language).first() or Locale.get_default()


def _lead(post: Post) -> str:
    words = html_to_text(post.excerpt) or html_to_text(post.content) or post.title
    return Truncator(words or _("Untitled")).words(40)


def _body(post: Post) -> list[tuple[str, object]]:
    text = nh3.clean(add_paragraphs(post.content), tags=TEXT_TAGS, attributes={"a": {"href"}})
    comments = {"heading": "", "order": "oldest"}
    return [("paragraph", RichText(text)), ("comments", comments)]


def _person(name: str, locale: Locale) -> Person | None:
    if not name:
        return None
    known = {"name": name[:120]}
    return Person.objects.get_or_create(
        slug=slugify(name)[:120] or "author", locale=locale, defaults=known
    )[0]


def _category(names: tuple[str, ...], locale: Locale) -> Category | None:
    """Return the first category; WordPress puts what has none under a default one."""
    if not names:
        return None
    slug = slugify(names[0])[:80] or "other"
    known = {"name": names[0][:80]}
    return Category.objects.get_or_create(slug=slug, locale=locale, defaults=known)[0]


def _free_slug(slug: str, parent: Page) -> str:
    taken = set(parent.get_children().values_list("slug", flat=True))
    wanted = slugify(slug, allow_unicode=True)[:200] or "page"
    free, number = wanted, 2
    while free in taken:
        free, number = f"{wanted}-{number}", number + 1
    return free


def _redirect(link: str, page: Page) -> None:
    """Let the old address lead to the new page, unless something else is there."""
    path = Redirect.normalise_path(urlsplit(link).path)
    if path.strip("/") and not Redirect.objects.filter(old_path=path).exists():
        Redirect.add_redirect(path, redirect_to=page)
