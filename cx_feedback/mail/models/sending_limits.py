"""Limits of sending: those that editors set, and refusals of the mail server."""

import idna
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RateLimit(models.Model):
    """The most emails per minute, to some domains or in all."""

    name = models.CharField(pgettext_lazy("delivery", "name"), max_length=60, unique=True)
    domains = models.TextField(
        pgettext_lazy("delivery", "domains"),
        blank=True,
        help_text=_(
            "One domain per line; they share this limit, for example the domains of one "
            "mailbox provider. Leave empty to limit all email, as your own provider may "
            "require."
        ),
    )
    per_minute = models.PositiveIntegerField(
        pgettext_lazy("delivery", "emails per minute"),
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
    )
    #: The earliest time of the next email.
    next_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("delivery", "rate limit")
        verbose_name_plural = pgettext_lazy("delivery", "rate limits")

    def __str__(self) -> str:
        return self.name

    @property
    def domain_list(self) -> str:
        return ", ".join(self.domains.split()) or str(pgettext_lazy("delivery", "All emails"))

    def clean(self) -> None:
        names = []
        for line in self.domains.split():
            try:
                names.append(idna.encode(line.lower().lstrip("@"), uts46=True).decode())
            except UnicodeError:
                message = _("“%s” is not a domain.") % line
                raise ValidationError({"domains": message}) from None
        self.domains = "\n".join(dict.fromkeys(names))


class ServerRefusal(models.Model):
    """The mail server refuses all emails, or those of one sender, until ``next_try_at``."""

    #: ``sender`` of the row that concerns all emails.
    SERVER = "*"

    #: ``Message.from_email``.
    sender = models.CharField(max_length=320, unique=True)
    error = models.TextField(blank=True, default="")
    code = models.CharField(max_length=20, blank=True, default="")
    #: Refused tries in a row; 0 once the server accepts emails again.
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    #: IDs of the deliveries with which the server refused. When others succeed later, the refusal
    #: was about these.
    suspects = models.JSONField(default=list)
    #: IDs of deliveries that were refused in a row with the same code, still too few to conclude
    #: that the server refuses all.
    streak = models.JSONField(default=list)

    class Meta:
        verbose_name = _("refusal of the mail server")
        verbose_name_plural = _("refusals of the mail server")
        default_permissions = ()

    def __str__(self) -> str:
        return self.error
