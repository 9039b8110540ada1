"""Addresses that get no email."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Suppression(models.Model):
    """An address to which no email is sent.

    When a person is erased, the address is removed and its keyed hash remains.
    """

    class Reason(models.TextChoices):
        ASKED = "asked", _("Asked not to be emailed")
        COMPLAINED = "complained", pgettext_lazy("delivery", "Marked as spam")
        BOUNCED = "bounced", pgettext_lazy("delivery", "Does not exist")
        EDITOR = "editor", pgettext_lazy("delivery", "By an editor")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    address = models.EmailField(
        pgettext_lazy("delivery", "address"), max_length=254, blank=True, db_index=True
    )
    reason = models.CharField(
        pgettext_lazy("delivery", "reason"), max_length=12, choices=Reason, default=Reason.EDITOR
    )
    created_at = models.DateTimeField(
        pgettext_lazy("delivery", "since"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("delivery", "suppressed address")
        verbose_name_plural = pgettext_lazy("delivery", "suppressed addresses")

    def __str__(self) -> str:
        return self.address or str(pgettext_lazy("delivery", "(erased)"))
