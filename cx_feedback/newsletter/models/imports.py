"""Imports of subscribers from files."""

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
    """The import of one file, kept afterwards as proof of the consent of its subscribers.

    The consent of the imported subscriptions refers to ``key``. The file itself (``parts``) and
    its first rows are deleted when the import is finished, discarded or too old.
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
    #: The first rows, so that editors can see whether columns and accents are right.
    sample = models.JSONField(default=list)
    state = models.CharField(
        pgettext_lazy("newsletter", "state"), max_length=9, choices=State, default=State.UPLOADED
    )

    #: Our column names to the headings of the file.
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

    #: The counts of the check and of the import, as in ``ImportReport``.
    check_counts = models.JSONField(default=dict)
    import_counts = models.JSONField(default=dict)
    #: The first refused rows, each as row number, column and reason.
    problems = models.JSONField(default=list)
    error = models.TextField(blank=True)
    #: The language of the editor, in which the task reports problems.
    report_language = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(
        pgettext_lazy("newsletter", "uploaded at"), default=timezone.now
    )
    started_at = models.DateTimeField(null=True)
    #: The time of a running task's last progress, None while no task is running.
    progress_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "import of subscribers")
        verbose_name_plural = pgettext_lazy("newsletter", "imports of subscribers")
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name

    @property
    def consent_source(self) -> str:
        """The source that is stored with the consent of the imported subscriptions."""
        return f"import:{self.key}"

    @property
    def is_running(self) -> bool:
        """True while a task is running or queued."""
        return self.state in (self.State.CHECKING, self.State.RUNNING)


class ImportPart(models.Model):
    """A part of the file of an import, compressed by zlib.

    Stored in the database, so that every worker can read it and it has no URL.
    """

    subscriber_import = models.ForeignKey(
        SubscriberImport, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of an import")
        verbose_name_plural = pgettext_lazy("newsletter", "parts of imports")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["subscriber_import", "number"], name="cx_import_part")
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_import_id}/{self.number}"
