"""Teaches the classifier, and says what it makes of each text that it was not taught.

Each text is judged by a model of the other parts, with their tail of odds of honest comments. So
its points are what a new comment would have got.

The site's own model learns what the shipped one does not know yet: it is fitted with the shipped
odds as an offset. Both are added up with factors that were fitted to what the own model says of
texts that it was not taught (stacking, Wolpert 1992). So the shipped model counts for as much as it
knows about this site, and less the more the own model knows.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.classifier import (
    Sample,
    TextClassifier,
    bound_prior_odds,
    compute_points,
)
from cx_feedback.comments.spam.false_positive_rate import Rarity
from cx_feedback.comments.spam.feature_extraction import (
    FEATURE_SPACE,
    TextFeatures,
    extract_features,
)
from cx_feedback.comments.spam.linear_model import FeatureMatrix, fit_factors, fit_weights

#: Parts of the texts, of which one is held out in turn.
PARTS = 5
#: The penalty of the weights, the factors of own and shipped model that are assumed before any
#: decision, and how strongly.
PENALTY, ASSUMED_FACTORS, FACTOR_PENALTY = 0.1, (0.5, 1.0), 2.0
#: How much of the shipped model's odds the own model is fitted beside. From .3 to 1 the recall of
#: 200 texts rises, but at .6 more honest texts reach six points (docs/explanation/spam.md).
OFFSET_SHARE = 0.4

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


def train_classifier(
    samples: Iterable[Sample], prior: TextClassifier | None = None, *, seed: int = 20261130
) -> TaughtClassifier:
    """Return a classifier that was taught ``samples``, of at least two of each kind."""
    texts = _read_texts(samples, prior, seed)
    firsts = np.flatnonzero(texts.is_first)
    if min(texts.is_spam[firsts].sum(), (~texts.is_spam[firsts]).sum()) < 2:
        model = TextClassifier.build_empty(prior)
        odds = texts.prior_odds
        return TaughtClassifier(model, np.array([compute_points(o, model.rarity) for o in odds]))
    own_odds = _judge_held_out(texts)
    odds = _combine_held_out(texts, own_odds)
    found, bias = _fit(texts, texts.is_first)
    weights = np.zeros(FEATURE_SPACE, dtype=np.float32)
    weights[texts.matrix.known] = found
    own, share, shift = _fit_factors(texts, own_odds, firsts)
    # In the stored precision, so that the stored classifier gives the same results.
    weights = (own * weights).astype(np.float16).astype(np.float32)
    honest = odds[~texts.is_spam & texts.is_first]
    model = TextClassifier(weights, own * bias + shift, Rarity.measure(honest), prior, share)
    return TaughtClassifier(model, _compute_held_out_points(texts, odds))


def _read_texts(samples: Iterable[Sample], prior: TextClassifier | None, seed: int) -> _Texts:
    labels: list[bool] = []
    odds: list[float] = []
    firsts: dict[tuple[bytes, bool], int] = {}
    first_of: list[int] = []

    def extract() -> Iterator[TextFeatures]:
        for sample in samples:
            found = extract_features(sample.text, sample.name)
            odds.append(0.0 if prior is None else prior.compute_odds(found))
            digest = hashlib.blake2b(found.numbers.tobytes(), digest_size=16).digest()
            first_of.append(firsts.setdefault((digest, sample.is_spam), len(first_of)))
            labels.append(sample.is_spam)
            yield found

    # One text at a time, since the words of all of them would need more than the matrix.
    matrix = FeatureMatrix.build(extract())
    first_row = np.array(first_of, dtype=np.int64)
    count = len(labels)
    parts = np.random.default_rng(seed).permutation(count) % PARTS
    return _Texts(
        matrix,
        np.array(labels, dtype=bool),
        bound_prior_odds(np.array(odds)),
        parts[first_row],
        first_row == np.arange(count),
    )


def _fit(texts: _Texts, rows: _Array) -> tuple[_Array, float]:
    """Return weights, by place in the matrix, and bias of the site's own model of some texts."""
    offset = _balance_kinds(texts.is_spam[rows]) + OFFSET_SHARE * texts.prior_odds
    return fit_weights(texts.matrix, texts.is_spam, rows, offset=offset, penalty=PENALTY)


def _balance_kinds(is_spam: _Array) -> float:
    """Return an offset, since the numbers of the two kinds say nothing about a new comment."""
    spam = max(1, int(is_spam.sum()))
    return float(np.log(spam / max(1, len(is_spam) - spam)))


def _judge_held_out(texts: _Texts) -> _Array:
    """Return the odds of each text by an own model that was not taught its part."""
    odds = np.zeros(len(texts.is_spam))
    for part in range(PARTS):
        held = texts.parts == part
        taught = ~held & texts.is_first
        if held.any() and taught.any():
            weights, bias = _fit(texts, taught)
            odds[held] = (texts.matrix.multiply(weights) + bias)[held]
    return odds


def _combine_held_out(texts: _Texts, own_odds: _Array) -> _Array:
    """Return the odds of both models, with factors that were fitted to the other parts."""
    odds = np.zeros(len(own_odds))
    for part in range(PARTS):
        held = texts.parts == part
        others = np.flatnonzero(~held & texts.is_first)
        own, share, shift = _fit_factors(texts, own_odds, others)
        odds[held] = own * own_odds[held] + share * texts.prior_odds[held] + shift
    return odds


def _fit_factors(texts: _Texts, own_odds: _Array, rows: _Array) -> tuple[float, float, float]:
    """Return the factors of own and shipped model, none below zero, and what is added.

    The last one matters without a shipped model too: of few texts of one kind each is learnt by
    heart, and the bias makes up for that.
    """
    is_spam = texts.is_spam[rows]
    if not texts.prior_odds.any():
        (shift,) = fit_factors(
            np.empty((len(rows), 0)), is_spam,
            offset=_balance_kinds(is_spam) + own_odds[rows], assumed=(), penalty=FACTOR_PENALTY,
        )  # fmt: skip
        return 1.0, 0.0, shift
    both = np.column_stack([own_odds[rows], texts.prior_odds[rows]])
    own, share, shift = fit_factors(
        both, is_spam, offset=_balance_kinds(is_spam), assumed=ASSUMED_FACTORS,
        penalty=FACTOR_PENALTY,
    )  # fmt: skip
    return max(own, 0.0), max(share, 0.0), shift


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
