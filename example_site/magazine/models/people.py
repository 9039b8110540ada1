"""Who writes and under which headings: the magazine's snippets."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index


class Person(index.Indexed, TranslatableMixin, models.Model):
    """An author, with a portrait and a biography in each language."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(pgettext_lazy("magazine", "slug"), max_length=120)
    role = models.CharField(_("role"), max_length=160, blank=True)
    biography = models.TextField(_("biography"), blank=True)
    portrait = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("role"),
        FieldPanel("portrait"),
        FieldPanel("biography"),
    ]
    search_fields = [index.AutocompleteField("name"), index.FilterField("locale_id")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "locale"], name="magazine_person_slug_locale"),
        ]

    def __str__(self) -> str:
        return self.name


class Category(index.Indexed, TranslatableMixin, models.Model):
    """A heading of the magazine, with a colour of its own."""

    class Colour(models.TextChoices):
        CORAL = "coral", _("Coral")
        TEAL = "teal", _("Teal")
        OCHRE = "ochre", _("Ochre")
        PLUM = "plum", _("Plum")
        BLUE = "blue", _("Blue")

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(pgettext_lazy("magazine", "slug"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    colour = models.CharField(
        _("colour"), max_length=12, choices=Colour.choices, default=Colour.CORAL
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("description"),
        FieldPanel("colour"),
    ]
    search_fields = [index.AutocompleteField("name"), index.FilterField("locale_id")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "locale"], name="magazine_category_slug_locale"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def in_locale(instance: Any, locale_id: int) -> Any:
    """Return the translation of a person or category, or the thing itself where none exists."""
    if instance is None or instance.locale_id == locale_id:
        return instance
    return instance.get_translation_or_none(locale_id) or instance
