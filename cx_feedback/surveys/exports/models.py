"""Exports and the parts of their files.

The file is stored in the database and not in a folder. So it can only be reached by the view that
checks the permission, every web process and worker has access to it, and each part is committed
together with the progress, so that an export continues after a worker has died.
"""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.core.retention_periods import PERIODS
from cx_feedback.core.tables.csv_separators import Separator


class Export(models.Model):
    """A file, complete or in progress, of responses to a survey and its translations."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel (XLSX)"

    class Headings(models.TextChoices):
        LABELS = "labels", pgettext_lazy("survey", "the questions' words")
        KEYS = "keys", pgettext_lazy("survey", "the questions' keys")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("survey", "waiting")
        RUNNING = "running", pgettext_lazy("survey", "in progress")
        DONE = "done", pgettext_lazy("survey", "ready")
        CANCELLED = "cancelled", pgettext_lazy("survey", "cancelled")
        FAILED = "failed", pgettext_lazy("survey", "failed")

    survey = models.ForeignKey(
        "cx_feedback_surveys.Survey", on_delete=models.CASCADE, related_name="exports"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    format = models.CharField(
        pgettext_lazy("survey", "format"), max_length=4, choices=Format, default=Format.CSV
    )
    headings = models.CharField(
        pgettext_lazy("survey", "headings"), max_length=6, choices=Headings, default=Headings.LABELS
    )
    separator = models.CharField(
        pgettext_lazy("separator of CSV", "separator"),
        max_length=9,
        choices=Separator,
        default=Separator.COMMA,
    )
    #: The filters as the query of a URL (``single_responses.response_filters``), "" for none.
    filters = models.TextField(blank=True, default="")
    #: Whether it includes tests and spam, with their state.
    with_excluded = models.BooleanField(default=False)
    #: Whether it includes texts and email addresses, as its user was permitted at the time.
    with_texts = models.BooleanField(default=False)
    state = models.CharField(
        pgettext_lazy("survey", "state"), max_length=9, choices=State, default=State.WAITING
    )
    #: The number of responses to write, and the number written so far.
    total = models.PositiveBigIntegerField(default=0)
    written = models.PositiveBigIntegerField(default=0)
    #: The ids of the last response that is included, and of the last one that is written.
    last_included_id = models.PositiveBigIntegerField(default=0)
    last_written_id = models.PositiveBigIntegerField(default=0)
    #: The size of the file so far, in bytes.
    size = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(pgettext_lazy("survey", "requested at"), default=timezone.now)
    #: When a part was last written; a stalled export is continued.
    progress_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("survey", "export")
        verbose_name_plural = pgettext_lazy("survey", "exports")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["created_at"], name="cx_export_created"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.get_format_display()} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def tells_texts(self) -> bool:
        """Return whether it has texts, or only the responses whose texts contain some words."""
        return self.with_texts or "q" in QueryDict(self.filters)

    @property
    def is_in_progress(self) -> bool:
        """Return whether it is waiting or being written."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        """Return the percentage that is written, 0 to 100."""
        return 100 * self.written // self.total if self.total else 0

    @property
    def expires_at(self) -> datetime.datetime:
        """Return the time at which the file is deleted."""
        return self.created_at + PERIODS["response_exports"].get_length()


class ExportPart(models.Model):
    """A piece of an export's file, compressed by zlib."""

    export = models.ForeignKey(
        Export, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("piece of an export")
        verbose_name_plural = pgettext_lazy("survey", "pieces of exports")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["export", "number"], name="cx_export_part")
        ]

    def __str__(self) -> str:
        return f"{self.export_id}/{self.number}"
