"""Teaches the classifier, and says what it makes of each text that it was not taught.

Each text is judged by a model of the other nine tenths, with their tail of odds of honest comments.
So its points are what a new comment would have got.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.classifier import (
    MAX_PRIOR_ODDS,
    Sample,
    TextClassifier,
    compute_points,
)
from cx_feedback.comments.spam.false_positive_rate import Rarity
from cx_feedback.comments.spam.feature_extraction import FEATURE_SPACE, extract_features
from cx_feedback.comments.spam.linear_model import FeatureMatrix, fit_weights

#: Parts of the texts, of which one is held out in turn.
PARTS = 5
#: Shares of the shipped model's odds with the penalty of the site's own weights: the one that
#: ranks the held-out texts best is used. With many decisions that is one of the smaller shares.
BLENDS = ((0.0, 0.3), (0.5, 0.5), (1.0, 1.0))
#: The texts by which the blend is chosen, and the shares of honest comments at which it is judged.
MAX_CHOOSING_TEXTS, JUDGED_SHARES = 2000, (0.005, 0.01, 0.02, 0.05)

_Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(frozen=True)
class TaughtClassifier:
    """A classifier with the points of the texts it was taught, each as if it had been new."""

    model: TextClassifier
    held_out_points: _Array


@dataclass(frozen=True)
class _Texts:
    """The features of the texts with their labels and the shipped model's odds."""

    matrix: FeatureMatrix
    is_spam: _Array
    prior_odds: _Array
    #: The part of each text; equal texts are in the same part, and only the first is taught.
    parts: _Array
    is_first: _Array

    def select(self, rows: _Array) -> "_Texts":
        return _Texts(
            self.matrix.select(rows), self.is_spam[rows], self.prior_odds[rows], self.parts[rows],
            self.is_first[rows],
        )  # fmt: skip


def train_classifier(
    samples: Iterable[Sample], prior: TextClassifier | None = None, *, seed: int = 20261130
) -> TaughtClassifier:
    """Return a classifier that was taught ``samples``, of at least two of each kind."""
    texts = _read_texts(samples, prior, seed)
    if min(texts.is_spam.sum(), (~texts.is_spam).sum()) < 2:
        model = TextClassifier.build_empty(prior)
        odds = texts.prior_odds
        return TaughtClassifier(model, np.array([compute_points(o, model.rarity) for o in odds]))
    share, penalty = _choose_blend(texts) if prior else BLENDS[0]
    odds = _judge_held_out(texts, share, penalty)
    weights, bias = _fit(texts.select(np.flatnonzero(texts.is_first)), share, penalty)
    honest = odds[~texts.is_spam & texts.is_first]
    model = TextClassifier(weights, bias, Rarity.measure(honest), prior, share)
    return TaughtClassifier(model, _compute_held_out_points(texts, odds))


def _read_texts(samples: Iterable[Sample], prior: TextClassifier | None, seed: int) -> _Texts:
    features, labels, odds = [], [], []
    firsts: dict[tuple[bytes, bool], int] = {}
    first_of: list[int] = []
    for sample in samples:
        found = extract_features(sample.text, sample.name)
        odds.append(0.0 if prior is None else prior.compute_odds(found))
        key = (found.numbers.tobytes(), sample.is_spam)
        first_of.append(firsts.setdefault(key, len(first_of)))
        features.append(found)
        labels.append(sample.is_spam)
    first_row = np.array(first_of, dtype=np.int64)
    count = len(labels)
    parts = np.random.default_rng(seed).permutation(count) % PARTS
    bounded = np.clip(np.array(odds), -MAX_PRIOR_ODDS, MAX_PRIOR_ODDS)
    matrix = FeatureMatrix.build(features)
    is_first = first_row == np.arange(count)
    return _Texts(matrix, np.array(labels, dtype=bool), bounded, parts[first_row], is_first)


def _fit(texts: _Texts, share: float, penalty: float) -> tuple[_Array, float]:
    """Return weights and bias. The numbers of the two kinds say nothing about a new comment."""
    spam = max(1, int(texts.is_spam.sum()))
    balance = np.log(spam / max(1, len(texts.is_spam) - spam))
    numbers, found, bias = fit_weights(
        texts.matrix, texts.is_spam, offsets=share * texts.prior_odds + balance, penalty=penalty
    )
    weights = np.zeros(FEATURE_SPACE, dtype=np.float32)
    # In the stored precision, so that the stored classifier gives the same results.
    weights[numbers] = found.astype(np.float16)
    return weights, bias


def _judge_held_out(texts: _Texts, share: float, penalty: float) -> _Array:
    """Return the odds of each text by a model that was not taught its part."""
    odds = np.zeros(len(texts.is_spam))
    for part in range(PARTS):
        held = np.flatnonzero(texts.parts == part)
        taught = np.flatnonzero((texts.parts != part) & texts.is_first)
        if not len(held):
            continue
        weights, bias = _fit(texts.select(taught), share, penalty)
        odds[held] = texts.matrix.select(held).multiply(weights) + bias
    return odds + share * texts.prior_odds


def _choose_blend(texts: _Texts) -> tuple[float, float]:
    """Return the blend that finds most spam where few honest comments are called spam."""
    some = texts.select(np.array(list(islice(np.flatnonzero(texts.is_first), MAX_CHOOSING_TEXTS))))
    if min(some.is_spam.sum(), (~some.is_spam).sum()) < 2:
        return BLENDS[-1]
    return max(BLENDS, key=lambda blend: _rate_ranking(_judge_held_out(some, *blend), some.is_spam))


def _rate_ranking(odds: _Array, is_spam: _Array) -> float:
    return sum(measure_recall_at(odds, is_spam, share) for share in JUDGED_SHARES)


def measure_recall_at(values: _Array, is_spam: _Array, share: float) -> float:
    """Return the share of the spam above all but ``share`` of the honest texts."""
    honest = np.sort(values[~is_spam])[::-1]
    border = honest[int(share * len(honest))]
    return float((values[is_spam] > border).mean())


def _compute_held_out_points(texts: _Texts, odds: _Array) -> _Array:
    """Return the points of each text, with the tail of the honest texts of the other parts."""
    points = np.zeros(len(odds))
    for part in range(PARTS):
        others = odds[~texts.is_spam & texts.is_first & (texts.parts != part)]
        rarity = Rarity.measure(others)
        held = np.flatnonzero(texts.parts == part)
        points[held] = [compute_points(float(value), rarity) for value in odds[held]]
    return points
