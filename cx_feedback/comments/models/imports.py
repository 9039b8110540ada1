"""Imported pages and mentions, with the source of each."""

from typing import Any, ClassVar

import swapper
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models.comments import Thread
from cx_feedback.comments.models.states import State


class Mention(models.Model):
    """A pingback or trackback: another site's notice that it links to this page.

    Mentions are not comments, so that no list, counter, feed or queue shows them by mistake. They
    are only created by imports.
    """

    class Kind(models.TextChoices):
        PINGBACK = "pingback", pgettext_lazy("comment", "Pingback")
        TRACKBACK = "trackback", pgettext_lazy("comment", "Trackback")

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="mentions")
    kind = models.CharField(pgettext_lazy("comment", "kind"), max_length=12, choices=Kind.choices)
    title = models.CharField(pgettext_lazy("comment", "title"), max_length=200, blank=True)
    url = models.URLField(pgettext_lazy("comment", "address"), max_length=500, blank=True)
    text = models.TextField(pgettext_lazy("comment", "text"), blank=True)
    state = models.CharField(
        pgettext_lazy("comment", "state"), max_length=12, choices=State.choices
    )
    created_at = models.DateTimeField(pgettext_lazy("comment", "written"))
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=64)

    class Meta:
        verbose_name = pgettext_lazy("comment", "mention")
        verbose_name_plural = pgettext_lazy("comment", "mentions")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["source", "external_id"], name="cx_mention_source")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"


class ImportedPage(models.Model):
    """The page that was created from a post of another system, for later imports."""

    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=64)
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"), on_delete=models.CASCADE, related_name="+"
    )
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("comment", "imported page")
        verbose_name_plural = pgettext_lazy("comment", "imported pages")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="cx_imported_page_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
