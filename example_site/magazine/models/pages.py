"""The home page, the guide to download, the newsletter and plain pages."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cx_feedback.newsletter.selectors import get_default_list
from example_site.magazine.blocks import ArticleBodyBlock, BodyBlock
from example_site.magazine.models.articles import ArticleIndexPage, articles
from example_site.magazine.models.people import Category


class HomePage(Page):
    """The front: one article in large, the recent ones, the headings, the newsletter."""

    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    featured = models.ForeignKey(
        "magazine.ArticlePage",
        verbose_name=_("featured article"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Left empty, the newest article stands here."),
    )
    guide = models.ForeignKey(
        "magazine.GuidePage",
        verbose_name=_("guide"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    foot = StreamField(
        BodyBlock(),
        verbose_name=_("foot of the page"),
        blank=True,
        help_text=_("The place for the newsletter sign-up."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("tagline"),
        MultiFieldPanel(
            [PageChooserPanel("featured"), PageChooserPanel("guide")], heading=_("Shown in large")
        ),
        FieldPanel("foot"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    recent_count = 9

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found = articles(self.locale_id)
        featured = found.filter(pk=self.featured_id).first() if self.featured_id else None
        recent = list(found[: self.recent_count + 1])
        if featured is None and recent:
            featured = recent[0]
        return {
            **super().get_context(request, *args, **kwargs),
            "article_index": ArticleIndexPage.objects.live().child_of(self).first(),
            "featured": featured,
            "recent": [item for item in recent if item != featured][: self.recent_count],
            "categories": Category.objects.filter(locale_id=self.locale_id),
        }


class MenuTitle(models.Model):
    """A page with a shorter name for the menu."""

    menu_title = models.CharField(_("name in the menu"), max_length=40, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.menu_title


class GuidePage(Page, MenuTitle):
    """A guide to download, and why one would want it."""

    lead = models.TextField(_("lead"))
    cover = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("cover"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(ArticleBodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("cover"),
        FieldPanel("document"),
        FieldPanel("body"),
    ]
    promote_panels = [FieldPanel("menu_title"), *Page.promote_panels]
    parent_page_types = ["magazine.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "mailing_list": get_default_list()}


class StandardPage(Page, MenuTitle):
    """A plain page, such as the one about the magazine."""

    lead = models.TextField(_("lead"), blank=True)
    body = StreamField(ArticleBodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels = [FieldPanel("menu_title"), *Page.promote_panels]
    parent_page_types = ["magazine.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")


class NewsletterPage(StandardPage):
    """What the newsletter brings, with its sign-up and the latest articles."""

    max_count_per_parent = 1

    class Meta:
        verbose_name = _("newsletter page")
        verbose_name_plural = _("newsletter pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "recent": articles(self.locale_id)[:3],
        }
