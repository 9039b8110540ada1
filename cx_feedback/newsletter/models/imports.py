"""Files of subscribers that editors bring in: what they hold, and what became of it."""

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.newsletter.models.lists import MailingList


def _generate_key() -> str:
    return secrets.token_hex(8)


class SubscriberImport(models.Model):
    """One file on its way in, with what its editor says of the consent; kept as proof afterwards.

    ``key`` stands in the consent of the subscriptions that came by it. The file itself
    (``parts``) and the first rows of it go when it is done, discarded or forgotten.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", pgettext_lazy("newsletter", "Not checked yet")
        CHECKING = "checking", pgettext_lazy("newsletter", "Being checked")
        CHECKED = "checked", pgettext_lazy("newsletter", "Checked")
        RUNNING = "running", pgettext_lazy("newsletter", "Being imported")
        DONE = "done", pgettext_lazy("newsletter", "Imported")
        FAILED = "failed", _("Could not be read")

    key = models.CharField(max_length=16, unique=True, default=_generate_key, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    file_name = models.CharField(pgettext_lazy("newsletter", "file"), max_length=200)
    encoding = models.CharField(max_length=12, blank=True)
    headings = models.JSONField(default=list)
    #: The first rows, so that an editor sees whether columns and accents are right.
    sample = models.JSONField(default=list)
    state = models.CharField(
        pgettext_lazy("newsletter", "state"), max_length=9, choices=State, default=State.UPLOADED
    )

    #: Our names of columns to the headings of the file.
    columns = models.JSONField(default=dict)
    mailing_list = models.ForeignKey(
        MailingList,
        verbose_name=pgettext_lazy("newsletter", "mailing list"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    language = models.CharField(pgettext_lazy("newsletter", "language"), max_length=12, blank=True)
    wording = models.TextField(pgettext_lazy("newsletter", "consent text"), blank=True)
    agreed_at = models.DateTimeField(pgettext_lazy("newsletter", "agreed on"), null=True)
    proof = models.TextField(_("proof of the consent"), blank=True)

    #: What the check found, and what became of it, as ``storing.Report`` holds it.
    found = models.JSONField(default=dict)
    done = models.JSONField(default=dict)
    #: The first of the rows that are refused: row, column, reason.
    problems = models.JSONField(default=list)
    error = models.TextField(blank=True)
    #: That of who had it checked, in which a task writes down what is wrong.
    told_in = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(
        pgettext_lazy("newsletter", "uploaded at"), default=timezone.now
    )
    started_at = models.DateTimeField(null=True)
    #: When a task last moved it on, None while none works on it.
    moved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "import of subscribers")
        verbose_name_plural = pgettext_lazy("newsletter", "imports of subscribers")
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name

    @property
    def how(self) -> str:
        """What stands in the consent of the subscriptions that came by it."""
        return f"import:{self.key}"

    @property
    def under_way(self) -> bool:
        """Whether a task works on it, or soon will."""
        return self.state in (self.State.CHECKING, self.State.RUNNING)


class ImportPart(models.Model):
    """A piece of an import's file, compressed by zlib.

    In the database, so that every worker has it and no address leads to it.
    """

    of = models.ForeignKey(
        SubscriberImport, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("piece of an import")
        verbose_name_plural = pgettext_lazy("newsletter", "pieces of imports")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["of", "number"], name="cx_import_part")
        ]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.number}"
