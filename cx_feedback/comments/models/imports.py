"""Where imported pages and mentions came from."""

from typing import Any, ClassVar

import swapper
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cx_feedback.comments.models.comments import State, Thread


class Mention(models.Model):
    """A pingback or trackback: another site said that it links to this page.

    Apart from comments, since it is nobody's word in the conversation: no list, counter, feed or
    queue of comments can show one by mistake. Mentions come with an import only.
    """

    class Kind(models.TextChoices):
        PINGBACK = "pingback", _("Pingback")
        TRACKBACK = "trackback", _("Trackback")

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="mentions")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    text = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    created_at = models.DateTimeField(_("written"))
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["source", "external_id"], name="cx_mention_origin")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"


class ImportedPage(models.Model):
    """Which page a post of another system became, so that an import finds it again."""

    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=64)
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"), on_delete=models.CASCADE, related_name="+"
    )
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("imported page")
        verbose_name_plural = _("imported pages")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="cx_imported_page_origin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
