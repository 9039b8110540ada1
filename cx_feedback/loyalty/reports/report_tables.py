"""What the nightly measuring keeps for the screens; each table is replaced or renewed as a whole.

Nothing here is truth: ledger, visit days and fits are, and any of it can be measured again.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.readers.models import Reader


class Attitude(models.Model):
    """What a reader said last: of recommending, of feeling, of being satisfied, of effort."""

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
    """How many readers whom something touched came back, and how many were expected to.

    Shares are 0 to 1. ``cause_id`` is a page, survey or rule, 0 for ``ALL``: everybody who
    came, with whom the others are compared.
    """

    class Kind(models.TextChoices):
        ALL = "all", pgettext_lazy("loyalty", "Everybody who came")
        ARTICLE = "article", pgettext_lazy("loyalty", "Articles")
        SECTION = "section", pgettext_lazy("loyalty", "Sections")
        SURVEY = "survey", pgettext_lazy("loyalty", "Surveys")
        RULE = "rule", pgettext_lazy("loyalty", "Follow-up rules")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    cause_id = models.BigIntegerField(default=0)
    #: Days of the touches, both included, and the day up to which visits were looked at.
    since = models.DateField()
    until = models.DateField()
    as_of = models.DateField()
    horizon_weeks = models.PositiveSmallIntegerField()
    readers = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "readers"))
    returned = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "came back"))
    expected = models.FloatField(pgettext_lazy("loyalty", "expected share"))
    difference = models.FloatField(pgettext_lazy("loyalty", "difference"))
    low = models.FloatField()
    high = models.FloatField()

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "effect")
        verbose_name_plural = pgettext_lazy("loyalty", "effects")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "cause_id"], name="cx_effect_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause_id}: {self.difference:+.3f}"

    @property
    def share(self) -> float:
        """The share that came back."""
        return self.returned / self.readers


class Experiment(models.Model):
    """Readers whom a rule wrote to and whom it held back, and how many of each came again."""

    rule_id = models.BigIntegerField()
    percent = models.PositiveSmallIntegerField(pgettext_lazy("loyalty", "control group (percent)"))
    since = models.DateField()
    as_of = models.DateField()
    horizon_weeks = models.PositiveSmallIntegerField()
    written = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "written to"), default=0)
    written_returned = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(_("in the control group"), default=0)
    held_returned = models.PositiveBigIntegerField(default=0)
    #: Readers of both groups whose weeks are not over yet.
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


class CohortMonth(models.Model):
    """Readers who first came in a month, and how many of them came ``offset`` months later."""

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
    """How many readers really came in the weeks that a fit spoke of, once they are over."""

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
