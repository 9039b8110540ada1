"""Messages and mailings."""

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class Message(models.Model):
    """The content of an email, shared by all deliveries of it and never changed.

    Subject, text, html and header values may hold placeholders: ``{name}``, or
    ``{name|dear reader}`` with the text to use when the value is empty. Each delivery has the
    values in ``variables``.
    """

    #: SHA-256 of the content, so that equal messages are stored once.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    subject = models.CharField(pgettext_lazy("delivery", "subject"), max_length=250)
    text = models.TextField(pgettext_lazy("delivery", "plain text"))
    html = models.TextField(pgettext_lazy("delivery", "HTML"), blank=True)
    headers = models.JSONField(pgettext_lazy("delivery", "headers"), default=dict, blank=True)
    language = models.CharField(pgettext_lazy("delivery", "language"), max_length=12, blank=True)
    from_email = models.CharField(pgettext_lazy("delivery", "from"), max_length=320, blank=True)
    created_at = models.DateTimeField(
        pgettext_lazy("delivery", "created at"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("delivery", "message")
        verbose_name_plural = pgettext_lazy("delivery", "messages")
        default_permissions = ()

    def __str__(self) -> str:
        return self.subject


class Mailing(models.Model):
    """A message, or a series of messages, to many recipients, which editors can pause.

    One or more calls of ``queue_mailing`` make up a mailing. Emails to a single recipient, for
    example to confirm a subscription, have no row here.
    """

    name = models.CharField(pgettext_lazy("delivery", "mailing"), max_length=80, unique=True)
    #: While this is set, no email of the mailing is sent and new deliveries are held.
    paused_at = models.DateTimeField(
        pgettext_lazy("delivery", "paused at"), null=True, editable=False
    )
    #: When an editor resumed it. Deliveries that were in doubt by then don't pause it again.
    resumed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(
        pgettext_lazy("delivery", "queued at"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("delivery", "mailing")
        verbose_name_plural = pgettext_lazy("delivery", "mailings")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
