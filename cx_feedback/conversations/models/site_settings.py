"""The settings of conversations that editors change."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting


class ConversationSettings(BaseGenericSetting):
    """The setting whether the order of the inbox is an experiment.

    One for all sites of a database, since conversations without a page belong to none of them.
    """

    draws_order = models.BooleanField(
        gettext_lazy("draw the order of the inbox by lot"),
        default=False,
        help_text=gettext_lazy(
            "An experiment: half of the readers, drawn by lot, come after the others in the inbox. "
            "Whoever has less than half of the promised time left comes before all, and "
            "nobody comes later without a promise or while somebody is late. “Did it help?” shows "
            "whether those who came first come back more often. Turning it off and on begins a "
            "new experiment."
        ),
    )
    #: When the experiment began; it stays when that is over, so that its result is shown.
    drawn_since = models.DateTimeField(null=True, editable=False)

    panels: ClassVar[list[Any]] = [FieldPanel("draws_order")]

    class Meta:
        verbose_name = pgettext_lazy("conversation", "conversations")
        verbose_name_plural = pgettext_lazy("conversation", "conversations")
        default_permissions = ("change",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        stored = type(self)._default_manager.filter(pk=self.pk, draws_order=True)
        if self.draws_order and not stored.exists():
            self.drawn_since = timezone.now()
        super().save(*args, **kwargs)
