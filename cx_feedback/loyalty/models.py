"""Fits, scores by cell, tier counts, silences and the runs of the tasks.

Scores are stored by cell, never by reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.loyalty.fit_quality import Quality
from cx_feedback.loyalty.reports.report_models import (
    Attitude,
    CohortMonth,
    Effect,
    Experiment,
    HoldBackEvidence,
    Outcome,
)
from cx_feedback.loyalty.scoring.tier_rules import Tier
from cx_feedback.loyalty.site_settings import LoyaltySettings
from cx_feedback.readers.models import Reader

if TYPE_CHECKING:
    from cx_feedback.loyalty.model import Parameters, Scorer

__all__ = [
    "Attitude",
    "CellScore",
    "CohortMonth",
    "Effect",
    "Experiment",
    "Fit",
    "HoldBackEvidence",
    "LoyaltySettings",
    "Outcome",
    "Run",
    "Silence",
    "TierCount",
]


class Fit(models.Model):
    """The scores as of the end of a day, with the trained model and its check.

    The parameters, challenger, mix, level and check are those of the training as of
    ``trained_as_of``: the weekly refit trains the model, and the nights in between reuse the
    results. ``check_result`` is a ``holdout_check.HoldoutCheck`` as a dictionary, empty if there
    was too little data; ``covariance`` is that of the log-parameters; ``challenger`` holds the
    fields of ``model.Logistic``. The scores are in use as soon as ``completed_at`` is set.
    """

    class Period(models.TextChoices):
        WEEK = "week", pgettext_lazy("loyalty", "week")
        DAY = "day", pgettext_lazy("loyalty", "day")

    as_of = models.DateField(pgettext_lazy("loyalty", "as of"))
    period = models.CharField(
        pgettext_lazy("loyalty", "period"), max_length=8, choices=Period.choices
    )
    horizon_weeks = models.PositiveSmallIntegerField(pgettext_lazy("loyalty", "horizon (weeks)"))
    alpha = models.FloatField()
    beta = models.FloatField()
    gamma = models.FloatField()
    delta = models.FloatField()
    covariance = models.JSONField(null=True, blank=True)
    log_likelihood = models.FloatField(pgettext_lazy("loyalty", "log-likelihood"))
    quality = models.CharField(
        pgettext_lazy("loyalty", "quality"),
        max_length=16,
        choices=[(quality.value, quality.value) for quality in Quality],
    )
    readers = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "readers"))
    cells = models.PositiveIntegerField(pgettext_lazy("loyalty", "cells"))
    first_day = models.DateField(_("first day included"))
    expected = models.FloatField(pgettext_lazy("loyalty", "expected returns"))
    expected_low = models.FloatField()
    expected_high = models.FloatField()
    trained_as_of = models.DateField(_("trained on visits up to"))
    model_weight = models.FloatField(_("weight of the model in the mix"), default=1.0)
    #: The level of past misses: (weight, mean, standard deviation) of each component.
    level = models.JSONField(default=list, blank=True)
    challenger = models.JSONField(pgettext_lazy("loyalty", "challenger"), null=True, blank=True)
    check_result = models.JSONField(pgettext_lazy("loyalty", "check"), default=dict, blank=True)
    #: Days without counting that are known, as rows (first, last) of day numbers.
    gaps = models.JSONField(default=list, blank=True)
    #: The waves of newcomers and what was learnt of each: ``scoring.wave_rows``.
    waves = models.JSONField(default=list, blank=True)
    #: Seasons that are known: ``model.seasons.Season.as_row``.
    seasons = models.JSONField(default=list, blank=True)
    #: Days that have the visits of others: ``model.clock_errors.ClockError.as_row``.
    clock_errors = models.JSONField(default=list, blank=True)
    #: Waves of newcomers: ``scoring.wave_counts.WaveCount``.
    newcomers = models.JSONField(default=list, blank=True)
    #: What earlier days would have forecast, with what came: ``model.rolling.RangeCheck``.
    past_ranges = models.JSONField(default=list, blank=True)
    #: Hash of the cells and borders. With the same hash there is nothing to do.
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(pgettext_lazy("loyalty", "made at"), default=timezone.now)
    completed_at = models.DateTimeField(
        pgettext_lazy("loyalty", "complete since"), null=True, blank=True
    )

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "loyalty score run")
        verbose_name_plural = pgettext_lazy("loyalty", "loyalty score runs")
        permissions: ClassVar[list[Any]] = [("view_loyalty", _("Can see the loyalty overview"))]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["as_of", "period", "horizon_weeks"], name="cx_fit_once")
        ]

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d}"

    @property
    def parameters(self) -> Parameters:
        """Return the four parameters of the model."""
        from cx_feedback.loyalty.model import Parameters

        return Parameters(self.alpha, self.beta, self.gamma, self.delta)

    @property
    def scorer(self) -> Scorer:
        """Return the trained model, ready to score cells."""
        import numpy as np

        from cx_feedback.loyalty.model import FittedModel, Level, Logistic, Scorer
        from cx_feedback.loyalty.scoring.wave_rows import build_wave_scorers

        horizon = self.horizon_weeks * 7 / (7 if self.period == self.Period.WEEK else 1)
        covariance = None if self.covariance is None else np.array(self.covariance)
        return Scorer(
            FittedModel(self.parameters, self.log_likelihood, Quality(self.quality), covariance),
            horizon,
            Logistic.from_dict(self.challenger) if self.challenger else None,
            self.model_weight,
            Level.from_rows(self.level) if self.level else Level.exact(),
            build_wave_scorers(self.waves, horizon),
        )


class CellScore(models.Model):
    """The score of the readers with one history."""

    fit = models.ForeignKey(Fit, on_delete=models.CASCADE, related_name="scores", db_index=False)
    x = models.PositiveIntegerField()
    t_x = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    readers = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "readers"))
    p_return = models.FloatField(_("probability of a return"))
    p_alive = models.FloatField(_("probability of still being a reader"))
    tier = models.CharField(pgettext_lazy("loyalty", "tier"), max_length=16, choices=Tier.choices)

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "cell")
        verbose_name_plural = pgettext_lazy("loyalty", "cells")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["fit", "x", "t_x", "n"], name="cx_cell_once")
        ]

    def __str__(self) -> str:
        return f"x={self.x} t_x={self.t_x} n={self.n}"

    @property
    def score(self) -> int:
        """Return the score, the probability of a return as a whole percentage."""
        return score_of(self.p_return)


def score_of(probability: float) -> int:
    """Return the score, 0 to 100, for a probability of a return."""
    return round(100 * probability)


class TierCount(models.Model):
    """The number of readers in a tier as of a fit. The history of tiers holds no readers."""

    fit = models.ForeignKey(
        Fit, on_delete=models.CASCADE, related_name="tier_counts", db_index=False
    )
    tier = models.CharField(pgettext_lazy("loyalty", "tier"), max_length=16, choices=Tier.choices)
    readers = models.PositiveBigIntegerField(pgettext_lazy("loyalty", "readers"))

    class Meta:
        verbose_name = _("readers of a tier")
        verbose_name_plural = pgettext_lazy("loyalty", "readers by tier")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["fit", "tier"], name="cx_tier_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.tier}: {self.readers}"


class Silence(models.Model):
    """The absence of a reader who used to come and stopped, unique for each last visit.

    ``late`` marks readers who had already lapsed when the absence was first detected, for
    example after an import. Such an absence is never announced, but a return counts as won back.

    The foreign key to the reader has no constraint in the database, because checking it would
    cost as much as updating the tiers of all readers. Instead, code that creates silences must
    hold a lock on their readers (``tier_transitions``, ``silence_records``), and in PostgreSQL a
    trigger deletes the silences of a deleted reader.
    """

    reader = models.ForeignKey(
        Reader,
        on_delete=models.CASCADE,
        related_name="silences",
        db_index=False,
        db_constraint=False,
    )
    last_day = models.DateField(pgettext_lazy("loyalty", "last visit"))
    fell_silent_on = models.DateField(pgettext_lazy("loyalty", "absent since"))
    probability = models.FloatField(_("probability of a return"))
    late = models.BooleanField(pgettext_lazy("loyalty", "found late"), default=False)
    announced_at = models.DateTimeField(
        pgettext_lazy("loyalty", "announced at"), null=True, blank=True
    )
    #: An editor leaves the reader in peace until they come back by themselves.
    left_in_peace_at = models.DateTimeField(null=True, blank=True)
    won_back_on = models.DateField(pgettext_lazy("loyalty", "came back on"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "absence")
        verbose_name_plural = pgettext_lazy("loyalty", "absences")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["reader", "last_day"], name="cx_silence_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["id"],
                condition=Q(announced_at__isnull=True, late=False, won_back_on__isnull=True),
                name="cx_silence_to_announce",
            ),
            # Partial, so that a new silence doesn't have to be written to it.
            models.Index(
                fields=["won_back_on"],
                condition=Q(won_back_on__isnull=False),
                name="cx_silence_won_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_day:%Y-%m-%d}"


class Run(models.Model):
    """A run of one of the tasks: its progress, results and outcome.

    ``summary`` holds the results as figures, ``message`` the reason why it failed or was skipped.
    ``pending_ranges`` are the ranges of reader ids, [low, high], whose tiers tasks have to update.
    """

    class Kind(models.TextChoices):
        SCORE = "score", pgettext_lazy("loyalty", "Nightly scores")
        SILENCES = "silences", _("Hourly check for absences")
        REFIT = "refit", _("Weekly fit with comparison")
        REPORTS = "reports", pgettext_lazy("loyalty", "Nightly reports")

    class Outcome(models.TextChoices):
        RUNNING = "running", pgettext_lazy("loyalty", "running")
        DONE = "done", pgettext_lazy("loyalty", "done")
        SKIPPED = "skipped", pgettext_lazy("loyalty", "skipped")
        FAILED = "failed", pgettext_lazy("loyalty", "failed")
        DIED = "died", pgettext_lazy("loyalty", "stopped from outside")

    class Step(models.TextChoices):
        RETURNED = "returned", _("looking for readers who returned")
        COUNT = "count", pgettext_lazy("loyalty", "counting readers")
        TRAIN = "train", pgettext_lazy("loyalty", "fitting the model")
        CHECK = "check", _("comparing the forecast with actual visits")
        TIERS = "tiers", _("updating the tiers of readers")
        ATTITUDES = "attitudes", _("collecting the readers' answers")
        OUTCOMES = "outcomes", _("counting expected readers who came")
        EFFECTS = "effects", _("measuring what brings readers back")
        EXPERIMENTS = "experiments", _("comparing the groups of experiments")
        COHORTS = "cohorts", pgettext_lazy("loyalty", "counting cohorts")

    kind = models.CharField(pgettext_lazy("loyalty", "task"), max_length=16, choices=Kind.choices)
    outcome = models.CharField(
        pgettext_lazy("loyalty", "outcome"),
        max_length=16,
        choices=Outcome.choices,
        default=Outcome.RUNNING,
    )
    step = models.CharField(
        pgettext_lazy("loyalty", "step"), max_length=16, choices=Step.choices, blank=True
    )
    steps_done = models.PositiveIntegerField(pgettext_lazy("loyalty", "steps done"), default=0)
    steps = models.PositiveIntegerField(pgettext_lazy("loyalty", "steps"), default=0)
    as_of = models.DateField(pgettext_lazy("loyalty", "as of"), null=True, blank=True)
    fit = models.ForeignKey(
        Fit, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    pending_ranges = models.JSONField(default=list, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    message = models.TextField(blank=True)
    started_at = models.DateTimeField(pgettext_lazy("loyalty", "begun at"), default=timezone.now)
    updated_at = models.DateTimeField(pgettext_lazy("loyalty", "last update"), default=timezone.now)
    finished_at = models.DateTimeField(pgettext_lazy("loyalty", "ended at"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("loyalty", "run")
        verbose_name_plural = pgettext_lazy("loyalty", "runs")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["kind", "started_at"], name="cx_loyalty_run_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def percent(self) -> int:
        """Return the progress in percent."""
        return round(100 * self.steps_done / self.steps) if self.steps else 0
