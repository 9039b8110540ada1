"""The models of the nightly reports, each of which is replaced as a whole.

They can be calculated again at any time from the ledger, the visit days and the fits.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.readers.models import Reader


class Attitude(models.Model):
    """The last answers of a reader on recommendation, emotion, satisfaction and effort."""

    class Class(models.TextChoices):
        PROMOTER = "promoter", pgettext_lazy("loyalty", "Promoter")
        PASSIVE = "passive", pgettext_lazy("loyalty", "Passive")
        DETRACTOR = "detractor", pgettext_lazy("loyalty", "Detractor")

    reader = models.OneToOneField(
        Reader, on_delete=models.CASCADE, primary_key=True, related_name="attitude"
    )
    nps_class = models.CharField(
        pgettext_lazy("loyalty", "NPS class"), max_length=12, choices=Class.choices, default=""
    )
    nps_score = models.SmallIntegerField(pgettext_lazy("loyalty", "NPS answer"), null=True)
    nps_at = models.DateTimeField(null=True)
    emotion = models.CharField(pgettext_lazy("loyalty", "emotion"), max_length=64, default="")
    emotional_value = models.FloatField(pgettext_lazy("loyalty", "emotional value"), null=True)
    emotion_at = models.DateTimeField(null=True)
    csat = models.SmallIntegerField(pgettext_lazy("loyalty", "satisfaction"), null=True)
    csat_at = models.DateTimeField(null=True)
    ces = models.SmallIntegerField(pgettext_lazy("loyalty", "effort"), null=True)
    ces_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "attitude")
        verbose_name_plural = pgettext_lazy("loyalty", "attitudes")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.reader_id}: {self.nps_class or self.emotion}"


class Effect(models.Model):
    """The returns of the readers who took part in something, compared with similar readers.

    Shares are from 0 to 1, and empty if too few can be compared. ``cause_id`` is the id of a page,
    survey or rule. ``readers`` were compared with ``similar`` others; ``left_out`` were not:
    known for too short a time, or nobody was similar. ``before`` is the difference in the weeks
    before the act, in the chance of a visit in a week.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", pgettext_lazy("loyalty", "Articles")
        SECTION = "section", pgettext_lazy("loyalty", "Sections")
        SURVEY = "survey", pgettext_lazy("loyalty", "Surveys")
        RULE = "rule", pgettext_lazy("loyalty", "Follow-up rules")

    class Verdict(models.TextChoices):
        MORE = "more", pgettext_lazy("loyalty", "more than similar readers")
        FEWER = "fewer", pgettext_lazy("loyalty", "fewer than similar readers")
        BEFORE = "before", pgettext_lazy("loyalty", "so it was before")
        CHANCE = "chance", pgettext_lazy("loyalty", "may be chance")
        UNKNOWN = "unknown", pgettext_lazy("loyalty", "too few to compare")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    cause_id = models.BigIntegerField(default=0)
    #: First and last day of the touches, and the day up to which visits are included.
    since = models.DateField()
    until = models.DateField()
    as_of = models.DateField()
    horizon_weeks = models.PositiveSmallIntegerField()
    readers = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "readers"))
    left_out = models.PositiveBigIntegerField(default=0)
    similar = models.PositiveBigIntegerField(default=0)
    returned = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "came back"), default=0)
    expected = models.FloatField(pgettext_lazy("loyalty", "expected share"), null=True)
    difference = models.FloatField(pgettext_lazy("loyalty", "difference"), null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    before = models.FloatField(null=True)
    p_value = models.FloatField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.UNKNOWN)

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "effect")
        verbose_name_plural = pgettext_lazy("loyalty", "effects")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "cause_id"], name="cx_effect_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause_id}: {self.verdict}"

    @property
    def share(self) -> float:
        """Return the share that came back."""
        return self.returned / self.readers if self.readers else 0.0


class Experiment(models.Model):
    """The readers who got the emails of a rule and its control group, with their returns."""

    rule_id = models.BigIntegerField()
    percent = models.PositiveSmallIntegerField(pgettext_lazy("loyalty", "control group (percent)"))
    since = models.DateField()
    as_of = models.DateField()
    horizon_weeks = models.PositiveSmallIntegerField()
    written = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "written to"), default=0)
    written_returned = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(_("in the control group"), default=0)
    held_returned = models.PositiveBigIntegerField(default=0)
    #: Readers of both groups whose weeks aren't over yet.
    running = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "experiment")
        verbose_name_plural = pgettext_lazy("loyalty", "experiments")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["rule_id", "percent"], name="cx_experiment_once")
        ]

    def __str__(self) -> str:
        return f"rule {self.rule_id} at {self.percent} %"


class HoldBackEvidence(models.Model):
    """Absent readers of all experiments by group of like readers (``hold_back_evidence``)."""

    like = models.PositiveSmallIntegerField(unique=True)
    as_of = models.DateField()
    written = models.PositiveBigIntegerField(default=0)
    written_returned = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0)
    held_returned = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("evidence of hold-backs")
        verbose_name_plural = _("evidence of hold-backs")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.like}: {self.written} / {self.held}"


class CohortMonth(models.Model):
    """The new readers of a month, and the number of them who came ``offset`` months later."""

    month = models.DateField()
    offset = models.PositiveSmallIntegerField()
    readers = models.PositiveBigIntegerField()
    active = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("month of a cohort")
        verbose_name_plural = pgettext_lazy("loyalty", "months of cohorts")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["month", "offset"], name="cx_cohort_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} + {self.offset}"


class Outcome(models.Model):
    """The actual returns in the weeks after a fit, stored once they are over."""

    fit = models.OneToOneField(
        "cx_feedback_loyalty.Fit",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="outcome",
    )
    returned = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "came back"))

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "outcome")
        verbose_name_plural = pgettext_lazy("loyalty", "outcomes")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.fit_id}: {self.returned}"
