"""Fits, scores by cell, tiers over time, and silences. A score is a cell's, never a reader's."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cx_feedback.loyalty.model import Parameters, Quality
from cx_feedback.loyalty.tiers import Tier
from cx_feedback.readers.models import Reader


class Fit(models.Model):
    """One fit of the model as of the end of a day, with what it may be trusted for.

    ``check_result`` is ``holdout.HoldoutCheck`` as a dictionary, empty where there is too little
    to check; ``covariance`` that of the log-parameters. A fit is used once ``completed_at`` is set.
    """

    class Period(models.TextChoices):
        WEEK = "week", _("week")
        DAY = "day", _("day")

    as_of = models.DateField(_("as of"))
    period = models.CharField(_("period"), max_length=8, choices=Period.choices)
    horizon_weeks = models.PositiveSmallIntegerField(_("weeks ahead"))
    alpha = models.FloatField()
    beta = models.FloatField()
    gamma = models.FloatField()
    delta = models.FloatField()
    covariance = models.JSONField(null=True, blank=True)
    log_likelihood = models.FloatField(_("log-likelihood"))
    quality = models.CharField(
        _("quality"), max_length=16, choices=[(quality.value, quality.value) for quality in Quality]
    )
    readers = models.PositiveBigIntegerField(_("readers"))
    cells = models.PositiveIntegerField(_("cells"))
    first_day = models.DateField(_("first day looked at"))
    expected = models.FloatField(_("expected returns"))
    expected_low = models.FloatField()
    expected_high = models.FloatField()
    check_result = models.JSONField(_("check"), default=dict, blank=True)
    #: Hash of the cells and borders: the same again means that there is nothing to do.
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    completed_at = models.DateTimeField(_("complete since"), null=True, blank=True)

    class Meta:
        verbose_name = _("loyalty score run")
        verbose_name_plural = _("loyalty score runs")
        permissions: ClassVar[list[Any]] = [("view_loyalty", _("Can see the loyalty overview"))]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["as_of", "period", "horizon_weeks"], name="cx_fit_once")
        ]

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d}"

    @property
    def parameters(self) -> Parameters:
        """The four parameters of the model."""
        return Parameters(self.alpha, self.beta, self.gamma, self.delta)


class CellScore(models.Model):
    """What the model says of the readers with one history."""

    fit = models.ForeignKey(Fit, on_delete=models.CASCADE, related_name="scores", db_index=False)
    x = models.PositiveIntegerField()
    t_x = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    readers = models.PositiveBigIntegerField(_("readers"))
    p_return = models.FloatField(_("probability of a return"))
    p_alive = models.FloatField(_("probability of not having left"))
    tier = models.CharField(_("tier"), max_length=16, choices=Tier.choices)

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["fit", "x", "t_x", "n"], name="cx_cell_once")
        ]

    def __str__(self) -> str:
        return f"x={self.x} t_x={self.t_x} n={self.n}"


class TierCount(models.Model):
    """How many readers a tier had as of a fit: the history of tiers, without any reader."""

    fit = models.ForeignKey(
        Fit, on_delete=models.CASCADE, related_name="tier_counts", db_index=False
    )
    tier = models.CharField(_("tier"), max_length=16, choices=Tier.choices)
    readers = models.PositiveBigIntegerField(_("readers"))

    class Meta:
        verbose_name = _("readers of a tier")
        verbose_name_plural = _("readers by tier")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["fit", "tier"], name="cx_tier_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.tier}: {self.readers}"


class Silence(models.Model):
    """A reader who used to come and stopped; one row for each last visit, never a second.

    ``late`` marks readers who were lost before the site first looked (an import, scoring
    switched on late): nobody is told of them, but their return counts as won back.
    """

    reader = models.ForeignKey(
        Reader, on_delete=models.CASCADE, related_name="silences", db_index=False
    )
    last_day = models.DateField(_("last visit"))
    fell_on = models.DateField(_("fell silent on"))
    probability = models.FloatField(_("probability of a return"))
    late = models.BooleanField(_("found late"), default=False)
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)
    won_back_on = models.DateField(_("came back on"), null=True, blank=True)

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["reader", "last_day"], name="cx_silence_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["id"],
                condition=Q(announced_at__isnull=True, late=False, won_back_on__isnull=True),
                name="cx_silence_to_announce",
            ),
            models.Index(fields=["won_back_on"], name="cx_silence_won_back"),
        ]

    def __str__(self) -> str:
        return f"{self.last_day:%Y-%m-%d}"
