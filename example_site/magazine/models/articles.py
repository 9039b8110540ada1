"""Articles and the pages that list them."""

import math
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, Tag
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from example_site.magazine.blocks import ArticleBodyBlock
from example_site.magazine.feeds import article_feed
from example_site.magazine.models.people import Category, Person

WORDS_A_MINUTE = 220


class ArticleTag(ItemBase):
    """A tag on an article."""

    tag = models.ForeignKey(Tag, related_name="magazine_articles", on_delete=models.CASCADE)
    content_object = ParentalKey(
        "magazine.ArticlePage", related_name="tagged_items", on_delete=models.CASCADE
    )


class RelatedArticle(Orderable):
    """An article that the editor chose to stand at the foot of another."""

    page = ParentalKey(
        "magazine.ArticlePage", related_name="chosen_articles", on_delete=models.CASCADE
    )
    article = models.ForeignKey(
        "magazine.ArticlePage",
        verbose_name=_("article"),
        related_name="+",
        on_delete=models.CASCADE,
    )

    panels = [PageChooserPanel("article")]


class ArticlePage(Page):
    """An article: who wrote it, when, under which heading, and what it says."""

    author = models.ForeignKey(
        "magazine.Person",
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="articles",
    )
    category = models.ForeignKey(
        "magazine.Category",
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="articles",
    )
    date = models.DateField(_("date"), default=timezone.localdate)
    lead = models.TextField(_("lead"), help_text=_("Two sentences that make one want to read on."))
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=pgettext_lazy("magazine", "image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = models.CharField(
        _("what the image shows"),
        max_length=255,
        blank=True,
        help_text=_("For readers who do not see it."),
    )
    body = StreamField(ArticleBodyBlock(), verbose_name=_("body"), blank=True)
    tags = ClusterTaggableManager(through=ArticleTag, blank=True, verbose_name=_("tags"))

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("author"),
                FieldPanel("date"),
                FieldPanel("category"),
                FieldPanel("tags"),
            ],
            heading=_("About this article"),
        ),
        FieldPanel("lead"),
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt")], heading=_("Image")),
        FieldPanel("body"),
        InlinePanel(
            "chosen_articles",
            heading=_("Related articles"),
            help_text=_("Left empty, they are found by tags and category."),
            max_num=3,
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.FilterField("date"),
    ]
    parent_page_types = ["magazine.ArticleIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    @property
    def minutes(self) -> int:
        """How long the article takes to read."""
        words = sum(
            len(str(block.value).split())
            for block in self.body
            if block.block_type in {"paragraph", "heading", "quote"}
        )
        return max(1, math.ceil(words / WORDS_A_MINUTE))

    def related(self, limit: int = 3) -> list["ArticlePage"]:
        """Return the chosen articles, filled up by shared tags and then by category."""
        chosen = [item.article_id for item in self.chosen_articles.all()]
        found = list(articles(self.locale_id).filter(pk__in=chosen))
        found.sort(key=lambda article: chosen.index(article.pk))
        if len(found) < limit:
            near = Q(tagged_items__tag__in=[tag.pk for tag in self.tags.all()])
            rest = (
                articles(self.locale_id)
                .exclude(pk__in=[self.pk, *chosen])
                .annotate(
                    shared=Count("tagged_items", filter=near, distinct=True),
                    same=Count("pk", filter=Q(category=self.category_id), distinct=True),
                )
                .order_by("-shared", "-same", "-date", "-pk")
            )
            found += rest[: limit - len(found)]
        return found[:limit]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "article_index": self.get_parent().specific,
            "related": self.related(),
        }


def articles(locale_id: int) -> "QuerySet[ArticlePage]":
    """Return the published articles of one language, newest first, with what a card shows."""
    return (
        ArticlePage.objects.live()
        .public()
        .filter(locale_id=locale_id)
        .select_related("author__portrait", "category", "image")
        .defer("body")
        .order_by("-date", "-pk")
    )


class ArticleIndexPage(RoutablePageMixin, Page):
    """All articles, and those of one category, author or tag."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["magazine.HomePage"]
    subpage_types = ["magazine.ArticlePage"]
    max_count_per_parent = 1
    per_page = 9

    class Meta:
        verbose_name = _("article index")
        verbose_name_plural = _("article indexes")

    def route_url(self, name: str, slug: str = "") -> str:
        """Return the address of one of the lists below, in this page's language."""
        with translation.override(self.locale.language_code):
            args = [slug] if slug else []
            return str(self.url) + self.reverse_subpage(name, args=args)

    def listing(self, request: HttpRequest, found: Any, **about: Any) -> HttpResponse:
        """Show one page of the articles found, under a title of their own."""
        page = Paginator(found, self.per_page).get_page(request.GET.get("p"))
        return self.render(request, context_overrides={"articles": page, **about})

    def routes_in_other_languages(self, name: str, thing: Any) -> dict[int, str]:
        """Return where each language keeps the list of this person or category."""
        pages = {page.locale_id: page for page in self.get_translations().live()}
        return {
            other.locale_id: pages[other.locale_id].route_url(name, other.slug)
            for other in thing.get_translations()
            if other.locale_id in pages
        }

    @path("")
    def all_articles(self, request: HttpRequest) -> HttpResponse:
        """List every article."""
        return self.listing(request, articles(self.locale_id))

    @path(_("category/<slug:slug>/"), name="category")
    def by_category(self, request: HttpRequest, slug: str) -> HttpResponse:
        """List the articles of a category."""
        category = get_object_or_404(Category, slug=slug, locale_id=self.locale_id)
        return self.listing(
            request,
            articles(self.locale_id).filter(category=category),
            kicker=gettext("Category"),
            list_title=category.name,
            list_introduction=category.description,
            category=category,
            other_languages=self.routes_in_other_languages("category", category),
        )

    @path(_("author/<slug:slug>/"), name="author")
    def by_author(self, request: HttpRequest, slug: str) -> HttpResponse:
        """List the articles of an author, below the biography."""
        people = Person.objects.select_related("portrait")
        person = get_object_or_404(people, slug=slug, locale_id=self.locale_id)
        return self.listing(
            request,
            articles(self.locale_id).filter(author=person),
            kicker=gettext("Author"),
            list_title=person.name,
            list_introduction=person.biography,
            person=person,
            other_languages=self.routes_in_other_languages("author", person),
        )

    @path(_("tag/<str:slug>/"), name="tag")
    def by_tag(self, request: HttpRequest, slug: str) -> HttpResponse:
        """List the articles with a tag."""
        tag = get_object_or_404(Tag, slug=slug)
        return self.listing(
            request,
            articles(self.locale_id).filter(tagged_items__tag=tag),
            kicker=gettext("Tag"),
            list_title=tag.name,
        )

    @path("rss/", name="rss")
    def rss(self, request: HttpRequest) -> HttpResponse:
        """Serve the newest articles as a feed."""
        return article_feed(request, self, articles(self.locale_id)[:20])
