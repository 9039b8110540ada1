"""Make the magazine's pages in Spanish and translate them, each of them once.

A page that is there already is left as it is: what an editor changed stays changed.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from example_site.building import media
from example_site.building.content import Resolver, Text, body_blocks, read_folder, read_yaml
from example_site.magazine.models import (
    ArticleIndexPage,
    ArticlePage,
    Category,
    GuidePage,
    HomePage,
    NewsletterPage,
    Person,
    RelatedArticle,
    StandardPage,
)

FIRST, SECOND = "es", "en"
Step = Callable[[str], None]


def monday(weeks_ago: int) -> datetime.date:
    """Return the Monday so many weeks ago: the magazine is always a fresh one when it is built."""
    today = timezone.localdate()
    return today - datetime.timedelta(days=today.weekday() + 7 * weeks_ago)


class Builder:
    """Builds everything that stands on the site, telling ``step`` what it does."""

    def __init__(self, resolver_for: Callable[[str], Resolver], step: Step) -> None:
        self.step = step
        self.locales = {
            code: Locale.objects.get_or_create(language_code=code)[0] for code in (FIRST, SECOND)
        }
        self.resolvers = {code: resolver_for(code) for code in self.locales}
        self.made = 0

    def body(self, text: Text) -> list[dict[str, Any]]:
        """Return the body of a text as raw StreamField data."""
        return body_blocks(text, self.resolvers[text.language])

    # Snippets

    def people(self) -> None:
        """Make the authors in both languages."""
        for entry in read_yaml("people.yaml"):
            face = media.portrait(entry["name"], entry["slug"])
            about = {"name": entry["name"], "slug": entry["slug"], "portrait": face}
            self._snippet(Person, entry["slug"], {c: {**about, **entry[c]} for c in self.locales})

    def categories(self) -> None:
        """Make the categories in both languages."""
        for entry in read_yaml("categories.yaml"):
            colour = {"colour": entry["colour"]}
            values = {code: {**colour, **entry[code]} for code in self.locales}
            self._snippet(Category, entry[FIRST]["slug"], values)

    def _snippet(self, model: Any, slug: str, values: dict[str, dict[str, Any]]) -> None:
        original, is_new = model.objects.get_or_create(
            slug=slug, locale=self.locales[FIRST], defaults=values[FIRST]
        )
        if is_new or not original.has_translation(self.locales[SECOND]):
            copy = original.copy_for_translation(self.locales[SECOND])
            for name, value in values[SECOND].items():
                setattr(copy, name, value)
            copy.save()
            self.made += 1

    # Pages

    def add(self, parent: Page, page: Page, texts: tuple[Text, Text], translate: Any = None) -> Any:
        """Add a page and its translation below ``parent``, unless it stands there."""
        first, second = texts
        slug = first.fields["slug"]
        found = type(page).objects.child_of(parent).filter(slug=slug).first()
        if found is None:
            page.locale, page.slug = self.locales[FIRST], slug
            page.live = False
            parent.add_child(instance=page)
            self._publish(page, first)
            self.made += 1
            self.step(f"  {page.title}")
            found = page
        if not found.has_translation(self.locales[SECOND]):
            copy = found.copy_for_translation(self.locales[SECOND])
            copy.title = copy.draft_title = second.fields["title"]
            copy.slug = second.fields["slug"]
            copy.seo_title = second.fields.get("seo_title", "")
            if translate is not None:
                translate(copy, second)
            self._publish(copy, second)
        return found

    def _publish(self, page: Page, text: Text) -> None:
        page.save_revision(changed=False).publish()
        if isinstance(page, ArticlePage):
            morning = datetime.datetime.combine(page.date, datetime.time(8))
            moment = timezone.make_aware(morning)
            Page.objects.filter(pk=page.pk).update(
                first_published_at=moment, last_published_at=moment
            )

    @staticmethod
    def texts(folder: str, key: str) -> tuple[Text, Text]:
        """Return a text in both languages."""
        return read_folder(FIRST, folder)[key], read_folder(SECOND, folder)[key]

    def home(self) -> HomePage:
        """Make the front page and put the site on it."""
        first, second = self.texts("pages", "home")

        def translate(copy: HomePage, text: Text) -> None:
            copy.tagline = text.fields["tagline"]
            copy.foot = self.body(text)

        page = HomePage(
            title=first.fields["title"],
            seo_title=first.fields["seo_title"],
            tagline=first.fields["tagline"],
            foot=self.body(first),
        )
        root = Page.get_first_root_node()
        home: HomePage = self.add(root, page, (first, second), translate)
        self.site(home)
        return home

    def site(self, home: HomePage) -> None:
        """Point the default site at the front page, in place of Wagtail's welcome."""
        address, _slash, port = (
            settings.BASE_URL.partition("://")[2].partition("/")[0].partition(":")
        )
        secure = settings.BASE_URL.startswith("https:")
        values = {
            "hostname": address,
            "port": int(port or (443 if secure else 80)),
            "site_name": settings.WAGTAIL_SITE_NAME,
            "root_page": home.page_ptr,
        }
        site = Site.objects.filter(is_default_site=True).first()
        if site is None:
            Site.objects.create(is_default_site=True, **values)
            return
        welcome = site.root_page.specific
        for name, value in values.items():
            setattr(site, name, value)
        site.save()
        if type(welcome) is Page and welcome.depth == 2:
            welcome.delete()

    def index(self, home: HomePage) -> ArticleIndexPage:
        """Make the page that lists the articles."""
        texts = self.texts("pages", "articles")

        def translate(copy: ArticleIndexPage, text: Text) -> None:
            copy.introduction = text.fields["introduction"]

        fields = texts[0].fields
        page = ArticleIndexPage(
            title=fields["title"], introduction=fields["introduction"], show_in_menus=True
        )
        index: ArticleIndexPage = self.add(home, page, texts, translate)
        return index

    def articles(self, index: ArticleIndexPage) -> Iterator[ArticlePage]:
        """Make the articles, the oldest first."""
        texts = read_folder(FIRST, "articles").values()
        for first in sorted(texts, key=lambda text: text.fields["weeks_ago"], reverse=True):
            yield self.article(index, self.texts("articles", first.key))

    def article(self, index: ArticleIndexPage, texts: tuple[Text, Text]) -> ArticlePage:
        """Make one article in both languages."""
        fields = texts[0].fields
        people = Person.objects.filter(slug=fields["author"])
        category = self._category(fields["category"])

        def translate(copy: ArticlePage, text: Text) -> None:
            copy.lead = text.fields["lead"]
            copy.image_alt = text.fields["alt"]
            copy.body = self.body(text)
            copy.author = people.get(locale=self.locales[SECOND])
            copy.category = category.get_translation(self.locales[SECOND])
            copy.tags.set(text.fields["tags"])

        page = ArticlePage(
            title=fields["title"],
            date=monday(fields["weeks_ago"]),
            lead=fields["lead"],
            image_alt=fields["alt"],
            author=people.get(locale=self.locales[FIRST]),
            category=category,
        )
        texts[0].fields.setdefault("slug", texts[0].key)
        if not ArticlePage.objects.child_of(index).filter(slug=texts[0].key).exists():
            page.image = media.article_image(fields["title"], fields["motif"], fields["alt"])
            page.body = self.body(texts[0])
            page.tags.add(*fields["tags"])
        article: ArticlePage = self.add(index, page, texts, translate)
        return article

    def _category(self, key: str) -> Category:
        entry = next(item for item in read_yaml("categories.yaml") if item["key"] == key)
        return Category.objects.get(slug=entry[FIRST]["slug"], locale=self.locales[FIRST])

    def relate(self, made: dict[str, ArticlePage]) -> None:
        """Note which articles were chosen to stand at the foot of which."""
        for key, text in read_folder(FIRST, "articles").items():
            for page in made[key].get_translations(inclusive=True):
                if page.chosen_articles.exists():
                    continue
                others = [
                    made[other].get_translation(page.locale)
                    for other in text.fields.get("related", [])
                ]
                RelatedArticle.objects.bulk_create(
                    RelatedArticle(page=page, article=other, sort_order=order)
                    for order, other in enumerate(others)
                )

    def plain(self, home: HomePage, model: Any, key: str, **more: Callable[[str], Any]) -> Any:
        """Make a page with a lead and a body; ``more`` works out further fields by language."""
        texts = self.texts("pages", key)

        def fields(text: Text) -> dict[str, Any]:
            return {
                "lead": text.fields["lead"],
                "menu_title": text.fields["menu"],
                "body": self.body(text),
                **{name: value(text.language) for name, value in more.items()},
            }

        def translate(copy: Page, text: Text) -> None:
            for name, value in fields(text).items():
                setattr(copy, name, value)

        page = model(title=texts[0].fields["title"], show_in_menus=True, **fields(texts[0]))
        return self.add(home, page, texts, translate)

    def guide(self, home: HomePage) -> GuidePage:
        """Make the page of the notebook to download."""

        def document(language: str) -> Any:
            title = read_folder(language, "pages")["guide"].fields["document"]
            return media.notebook_document(title, read_yaml(f"{language}/notebook.yaml"), language)

        title = read_folder(FIRST, "pages")["guide"].fields["title"]
        cover = media.notebook_cover(title)
        guide: GuidePage = self.plain(
            home, GuidePage, "guide", document=document, cover=lambda language: cover
        )
        return guide

    def front(self, home: HomePage, featured: ArticlePage, guide: GuidePage) -> None:
        """Put an article and the guide on the front page of each language."""
        for page in home.get_translations(inclusive=True):
            if page.featured_id is None and page.guide_id is None:
                page.featured = featured.get_translation(page.locale)
                page.guide = guide.get_translation(page.locale)
                page.save_revision().publish()

    def build(self) -> int:
        """Build the whole site and return how many things were made."""
        self.step("Authors and categories")
        self.people()
        self.categories()
        self.step("Pages")
        home = self.home()
        index = self.index(home)
        made = {page.slug: page for page in self.articles(index)}
        self.relate(made)
        guide = self.guide(home)
        self.plain(home, NewsletterPage, "newsletter")
        self.plain(home, StandardPage, "about")
        featured = read_folder(FIRST, "pages")["home"].fields["featured"]
        self.front(home, made[featured], guide)
        return self.made
