"""Waves of newcomers and the scorers of their readers, as rows of a fit."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from cx_feedback.loyalty.model import FittedModel, Level, Logistic, Parameters, Quality, Scorer
from cx_feedback.loyalty.model.newcomer_waves import NewcomerWave


def serialize_waves(waves: Iterable[NewcomerWave], scorer: Scorer) -> list[dict[str, Any]]:
    """Return the waves with the scorers of their readers as JSON values."""
    return [
        {"first": wave.first, "last": wave.last, **_serialize_scorer(its)}
        for wave, its in zip(waves, scorer.waves, strict=True)
    ]


def build_wave_scorers(rows: Iterable[dict[str, Any]], horizon: float) -> tuple[Scorer, ...]:
    """Return the scorers that ``serialize_waves`` described."""
    return tuple(_build_scorer(row, horizon) for row in rows)


def build_waves(rows: Iterable[dict[str, Any]]) -> tuple[NewcomerWave, ...]:
    """Return the waves that ``serialize_waves`` described."""
    return tuple(NewcomerWave(row["first"], row["last"]) for row in rows)


def _serialize_scorer(scorer: Scorer) -> dict[str, Any]:
    fitted = scorer.fitted
    return {
        "log_parameters": fitted.parameters.log.tolist(),
        "log_likelihood": fitted.log_likelihood,
        "covariance": None if fitted.covariance is None else fitted.covariance.tolist(),
        "challenger": scorer.challenger.as_dict() if scorer.challenger else None,
        "weight": scorer.weight,
        "level": scorer.level.as_rows(),
    }


def _build_scorer(row: dict[str, Any], horizon: float) -> Scorer:
    covariance = None if row["covariance"] is None else np.array(row["covariance"])
    parameters = Parameters.from_log(np.array(row["log_parameters"]))
    return Scorer(
        FittedModel(parameters, row["log_likelihood"], Quality.GOOD, covariance),
        horizon,
        Logistic.from_dict(row["challenger"]) if row["challenger"] else None,
        row["weight"],
        Level.from_rows(row["level"]),
    )
