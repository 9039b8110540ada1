"""What stands around every page: the menu, the categories, the other languages."""

from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from wagtail.models import Locale, Page

from example_site.magazine.models import ArticleIndexPage, Category, HomePage


@dataclass
class Language:
    """One entry of the language switch."""

    code: str
    name: str
    url: str
    current: bool


@dataclass
class Navigation:
    """Everything around one page, read from the database when a template asks for it."""

    page: Page
    other_urls: dict[int, str] = field(default_factory=dict)

    @cached_property
    def home(self) -> HomePage | None:
        """The front page in this page's language."""
        homes = HomePage.objects.live()
        return homes.ancestor_of(self.page, inclusive=True).first() or homes.first()

    @cached_property
    def children(self) -> list[Page]:
        """The pages below the front page, with those of the menu first among their kind."""
        return list(self.home.get_children().live().specific()) if self.home else []

    @property
    def menu(self) -> list[Page]:
        """The pages of the main menu."""
        return [child for child in self.children if child.show_in_menus]

    @property
    def article_index(self) -> ArticleIndexPage | None:
        """The page that lists the articles of this language."""
        return next((child for child in self.children if isinstance(child, ArticleIndexPage)), None)

    @cached_property
    def categories(self) -> list[Category]:
        """The categories of this page's language."""
        return list(Category.objects.filter(locale_id=self.page.locale_id))

    @cached_property
    def languages(self) -> list[Language]:
        """This page in each language, or that language's front page where it has none."""
        pages = {page.locale_id: page for page in self.page.get_translations(inclusive=True).live()}
        homes = {}
        if self.home:
            homes = {home.locale_id: home for home in self.home.get_translations(inclusive=True)}
        names = dict(settings.LANGUAGES_IN_THEIR_OWN_WORDS)
        found = []
        for locale in Locale.objects.all():
            target = pages.get(locale.pk) or homes.get(locale.pk)
            if target is not None and target.live:
                url = self.other_urls.get(locale.pk) or target.url
                current = locale.pk == self.page.locale_id
                name = names.get(locale.language_code, locale.language_code)
                found.append(Language(locale.language_code, name, url, current))
        return found
