"""Readers and the data about them. A reader is created by an act, never by a page view."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.core.database.fast_insert import allow_fast_inserts
from cx_feedback.readers.privacy.erasure_models import Erasure

__all__ = [
    "Activity",
    "Consent",
    "Erasure",
    "JobRun",
    "PastVisits",
    "Reader",
    "StoredAnswer",
    "Tombstone",
    "VisitDay",
]


@allow_fast_inserts
class Reader(models.Model):
    """A person who acted at least once: answered, commented, subscribed or consented to visits.

    ``first_period``, ``last_period`` and ``active_periods`` are the sufficient statistics of the
    loyalty model, in numbers of ``periods.get_period``. They are empty until the first visit.
    """

    key = models.UUIDField(
        pgettext_lazy("reader", "key"), default=uuid.uuid4, unique=True, editable=False
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("reader", "account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    email = models.EmailField(
        pgettext_lazy("reader", "email"),
        null=True,
        blank=True,
        help_text=_("Only an address that its owner has confirmed, in lower case."),
    )
    external_id = models.CharField(
        pgettext_lazy("reader", "external id"),
        max_length=100,
        blank=True,
        default="",
        help_text=_("The name of this reader in the log that was imported."),
    )
    language = models.CharField(
        pgettext_lazy("reader", "language"), max_length=12, blank=True, default=""
    )
    counts_visits = models.BooleanField(_("agreed to visits being counted"), default=False)
    #: If true, the reader agreed once and no longer: what was counted stays until it is erased, and
    #: nobody is told of an absence that nobody counts.
    visits_withdrawn = models.BooleanField(
        _("withdrew the consent to visits"), default=False, editable=False
    )
    #: If true, no visit day and no figure is stored, so that no query of the loyalty room matches.
    objects_to_scoring = models.BooleanField(_("objects to being scored"), default=False)
    created_at = models.DateTimeField(
        pgettext_lazy("reader", "known since"), default=timezone.now, editable=False
    )
    last_day = models.DateField(pgettext_lazy("reader", "last seen on"), null=True, editable=False)
    first_period = models.IntegerField(
        _("number of the first period with a visit"), null=True, editable=False
    )
    last_period = models.IntegerField(
        _("number of the last period with a visit"), null=True, editable=False
    )
    active_periods = models.PositiveIntegerField(
        _("periods with a visit"), default=0, editable=False
    )
    #: Written by the loyalty room and read by other rooms; "" until the first scoring. It has no
    #: index, like ``last_day``, so that PostgreSQL can update the row in place (HOT).
    tier = models.CharField(
        pgettext_lazy("reader", "tier"), max_length=16, blank=True, default="", editable=False
    )

    #: Whether the browser of this request refuses tracking; set by ``reader_lookup``, not stored.
    untracked = False

    class Meta:
        verbose_name = pgettext_lazy("reader", "reader")
        verbose_name_plural = pgettext_lazy("reader", "readers")
        permissions: ClassVar[list[Any]] = [
            ("manage_personal_data", _("Can see, export and erase what is stored about a person"))
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["email"], condition=Q(email__isnull=False), name="cx_reader_email"
            ),
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="cx_reader_external_id"
            ),
            models.CheckConstraint(
                condition=Q(first_period__isnull=True, last_period__isnull=True, active_periods=0)
                | Q(first_period__lte=models.F("last_period"), active_periods__gte=1),
                name="cx_reader_figures",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            # Partial: only a few readers object, and their tier never changes.
            models.Index(
                fields=["id"], condition=Q(objects_to_scoring=True), name="cx_reader_unscored"
            ),
            models.Index(
                fields=["id"], condition=Q(visits_withdrawn=True), name="cx_reader_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return (
            self.email
            or self.external_id
            or str(pgettext_lazy("reader", "Reader %d") % (self.pk or 0))
        )


class Consent(models.Model):
    """A consent and its withdrawal, with wording and its version, time, page and source.

    Rows are added and closed, never changed otherwise: they are the history of the choices.

    ``NO_SCORING`` is an objection instead, which is withdrawn when the reader allows scoring.
    """

    VISITS = "visits"
    NO_SCORING = "no_scoring"

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(pgettext_lazy("reader", "purpose"), max_length=40)
    wording = models.TextField(pgettext_lazy("reader", "wording shown"), blank=True)
    #: A hash of the wording (``privacy.consent_text``).
    version = models.CharField(_("version of the wording"), max_length=16, blank=True, default="")
    page_id = models.PositiveIntegerField(pgettext_lazy("reader", "page"), null=True, blank=True)
    source = models.CharField(pgettext_lazy("reader", "source"), max_length=40, blank=True)
    given_at = models.DateTimeField(pgettext_lazy("reader", "given at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(
        pgettext_lazy("reader", "withdrawn at"), null=True, blank=True
    )

    class Meta:
        verbose_name = pgettext_lazy("reader", "consent")
        verbose_name_plural = pgettext_lazy("reader", "consents")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["reader", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="cx_consent_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.given_at:%Y-%m-%d}"


@allow_fast_inserts
class Activity(models.Model):
    """An entry of the append-only ledger of activities.

    ``kind`` is a word of a room ("response", "nps", "comment", "subscription" …) and
    ``object_id`` the id of that room's row. ``page_id`` is no foreign key, so that the history
    remains when a page is deleted.
    """

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="activities")
    kind = models.CharField(pgettext_lazy("reader", "kind"), max_length=24)
    page_id = models.PositiveIntegerField(pgettext_lazy("reader", "page"), null=True, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(pgettext_lazy("reader", "at"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("reader", "activity")
        verbose_name_plural = pgettext_lazy("reader", "activities")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["kind", "at"], name="cx_activity_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


@allow_fast_inserts
class VisitDay(models.Model):
    """A day on which a reader visited: the first of each period, and every day of a log."""

    reader = models.ForeignKey(
        Reader, on_delete=models.CASCADE, related_name="visit_days", db_index=False
    )
    day = models.DateField(pgettext_lazy("reader", "day"))

    class Meta:
        verbose_name = pgettext_lazy("reader", "visit day")
        verbose_name_plural = pgettext_lazy("reader", "visit days")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["reader", "day"], name="cx_visit_day_once")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["day"], name="cx_visit_day_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class PastVisits(models.Model):
    """The visit days of a reader that were deleted after the retention period, as counts.

    Days up to ``until`` are counted here, a Sunday, so that no week is counted in part. ``days``
    and ``weeks`` are those with a visit; which of them is the model's depends on ``PERIOD``.
    """

    reader = models.OneToOneField(
        Reader, on_delete=models.CASCADE, primary_key=True, related_name="past_visits"
    )
    first_day = models.DateField()
    last_day = models.DateField()
    until = models.DateField(db_index=True)
    days = models.PositiveIntegerField()
    weeks = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("visits of the past")
        verbose_name_plural = _("visits of the past")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m-%d} – {self.last_day:%Y-%m-%d}: {self.days}"


class JobRun(models.Model):
    """The last run of a job of the beat schedule, by a worker or by ``cx_work``.

    The model belongs to this room because every site installs it, and core has no models.
    """

    name = models.CharField(
        pgettext_lazy("work in the background", "job"), max_length=100, unique=True
    )
    started_at = models.DateTimeField(pgettext_lazy("work in the background", "started at"))
    finished_at = models.DateTimeField(
        pgettext_lazy("work in the background", "finished at"), null=True
    )
    error = models.CharField(
        pgettext_lazy("work in the background", "error"), max_length=300, blank=True, default=""
    )

    class Meta:
        default_permissions = ()
        permissions: ClassVar[list[Any]] = [
            ("view_health", _("Can see the health of the installation"))
        ]
        verbose_name = pgettext_lazy("work in the background", "job run")
        verbose_name_plural = pgettext_lazy("work in the background", "job runs")

    def __str__(self) -> str:
        return self.name


class Tombstone(models.Model):
    """An object that was public and has been deleted: its kind and id, without content.

    ``kind`` is a word of a room ("survey", "comment" …) and ``key`` the id in its URL.
    """

    LONGEST = 40

    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=LONGEST)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("reader", "tombstone")
        verbose_name_plural = pgettext_lazy("reader", "tombstones")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "key"], name="cx_tombstone_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class StoredAnswer(models.Model):
    """The response to a request with an idempotency key, stored for repetitions.

    It is for acts whose rows have no unique key: votes, flags, subscriptions.
    """

    idempotency_key = models.CharField(max_length=64, blank=True, default="")
    #: Keyed hash of the content of the request.
    request_hash = models.CharField(max_length=64)
    reader = models.ForeignKey(Reader, null=True, on_delete=models.CASCADE, related_name="+")
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("reader", "stored answer")
        verbose_name_plural = pgettext_lazy("reader", "stored answers")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="cx_stored_answer_once",
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["created_at"], name="cx_stored_answer_age")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.created_at:%Y-%m-%d %H:%M}"
