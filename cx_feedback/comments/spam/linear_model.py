"""Logistic regression on sparse features, and on a few columns, with numpy alone.

The weights are those of the largest posterior under a normal prior around zero (Genkin, Lewis and
Madigan 2007), found by L-BFGS (Nocedal 1980).
"""

import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.feature_extraction import TextFeatures

#: Steps of the search, the steps that it remembers, and the improvement at which it ends.
MAX_STEPS, MEMORY, ENOUGH = 60, 8, 1e-5

#: How often a feature counts in each kind beyond what was seen.
UNSEEN = 0.5
#: Features that are worked on at once.
_BLOCK = 2**18

_Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(frozen=True)
class FeatureMatrix:
    """The features of texts, one text after the other, in runs of features with the same value.

    Long comments have some thousand features each, so that nothing is ever copied: what concerns
    some of the texts is worked out with all of them, block by block.
    """

    #: The number of texts, the different features in order, and each feature as its place there.
    size: int
    known: _Array
    places: _Array
    #: The runs: where each begins, and at the end where the last one ends, its value and its text.
    starts: _Array
    values: _Array
    rows: _Array

    @classmethod
    def build(cls, texts: Iterable[TextFeatures]) -> "FeatureMatrix":
        # An array that grows in place, since lists of arrays are joined by copying all of them.
        stored, size = array("i"), 0
        starts, values, rows = [0], [], []
        for features in texts:
            if len(features.numbers):
                cuts = np.flatnonzero(np.diff(features.values)) + 1
                values += features.values[[0, *cuts]].tolist()
                starts += [*(len(stored) + cuts).tolist(), len(stored) + len(features.numbers)]
                rows += [size] * (len(cuts) + 1)
                stored.frombytes(features.numbers.astype(np.intc).tobytes())
            size += 1
        places = np.frombuffer(stored, np.intc)
        known = _number_densely(places)
        return cls(size, known, places, np.array(starts), np.array(values), np.array(rows, int))

    def multiply(self, weights: _Array) -> _Array:
        """Return the sum of the weights of each text."""
        narrow, total = weights.astype(np.float32), np.zeros(self.size)
        for runs, part, starts in self._split():
            sums = np.add.reduceat(narrow[self.places[part]], starts) * self.values[runs]
            total += np.bincount(self.rows[runs], weights=sums, minlength=self.size)
        return total

    def spread(self, by_text: _Array) -> _Array:
        """Return the sum of a number of each text by feature."""
        return self._sum_by_feature(by_text[self.rows] * self.values)

    def count(self, chosen: _Array) -> _Array:
        """Return how many of the chosen texts have each feature."""
        return self._sum_by_feature(chosen[self.rows].astype(float))

    def _sum_by_feature(self, by_run: _Array) -> _Array:
        total, sizes = np.zeros(len(self.known)), np.diff(self.starts)
        for runs, part, _starts in self._split():
            shares = np.repeat(by_run[runs], sizes[runs])
            total += np.bincount(self.places[part], weights=shares, minlength=len(total))
        return total

    def _split(self) -> Iterator[tuple[slice, slice, _Array]]:
        """Yield blocks of whole runs: these, their features, and the starts of each in the block.

        What is worked out for a block is small, and stays in the processor's cache.
        """
        first, count = 0, len(self.rows)
        while first < count:
            begin = int(self.starts[first])
            last = max(first + 1, int(np.searchsorted(self.starts, begin + _BLOCK, "right")) - 1)
            end = int(self.starts[last])
            yield slice(first, last), slice(begin, end), self.starts[first:last] - begin
            first = last


def fit_weights(
    matrix: FeatureMatrix, is_spam: _Array, rows: _Array, *, offset: _Array, penalty: float
) -> tuple[_Array, float]:
    """Return the weights of the features of the chosen texts, and the bias.

    ``offset`` is the logarithm of the odds of each text to which the weights add.
    """
    labels = is_spam.astype(float)
    scales = _measure_one_sidedness(matrix, is_spam, rows)

    def measure(point: _Array) -> tuple[float, _Array]:
        weights, bias = point[:-1], point[-1]
        odds = matrix.multiply(weights * scales) + bias + offset
        loss = np.logaddexp(0, np.where(is_spam, -odds, odds))[rows].sum()
        wrong = (1 / (1 + np.exp(-np.clip(odds, -60, 60))) - labels) * rows
        slope = np.append(matrix.spread(wrong) * scales + penalty * weights, wrong.sum())
        return loss + penalty / 2 * _dot(weights, weights), slope

    found = _minimize(measure, np.zeros(len(matrix.known) + 1))
    return (found[:-1] * scales).astype(np.float32), float(found[-1])


def _measure_one_sidedness(matrix: FeatureMatrix, is_spam: _Array, rows: _Array) -> _Array:
    """Return a scale for each feature, larger the more it belongs to one kind of text.

    What both kinds have as often gets less weight than its chance differences in few texts would
    give it (the ratios of naive Bayes as scales, Wang and Manning 2012), here half of it.
    """
    kinds = rows & is_spam, rows & ~is_spam
    counts = [matrix.count(kind) for kind in kinds]
    often = counts[0] + counts[1]
    if not often.any():
        return np.ones(len(often))
    shares = [
        np.log((count + UNSEEN) / (kind.sum() + 2 * UNSEEN))
        for count, kind in zip(counts, kinds, strict=True)
    ]
    ratios = np.abs(shares[0] - shares[1])
    usual = (ratios * often).sum() / often.sum()
    return np.asarray((1 + ratios / max(usual, 1e-9)) / 2)


def fit_factors(
    values: _Array,
    is_spam: _Array,
    *,
    offset: "_Array | float",
    assumed: tuple[float, ...],
    penalty: float,
) -> tuple[float, ...]:
    """Return a factor for each column of ``values``, and what is added to their sum.

    Before any text they are ``assumed``; ``penalty`` says how strongly. By Newton's method.
    """
    columns = np.column_stack([values, np.ones(len(values))])
    start = np.array([*assumed, 0.0])
    penalties = np.array([penalty] * len(assumed) + [1e-3])
    point = start.copy()
    for _ in range(MAX_STEPS):
        chance = 1 / (1 + np.exp(-np.clip((columns * point).sum(axis=1) + offset, -60, 60)))
        slope = (columns * (chance - is_spam)[:, None]).sum(axis=0) + penalties * (point - start)
        bend = np.einsum("ni,nj,n->ij", columns, columns, chance * (1 - chance))
        step = np.linalg.solve(bend + np.diag(penalties), slope)
        point = point - np.clip(step, -1, 1)
        if np.abs(step).max() < ENOUGH:
            break
    return tuple(float(each) for each in point)


def _number_densely(numbers: _Array) -> _Array:
    """Return the different numbers in order, and put the place of each number in its place."""
    used = np.zeros(int(numbers.max(initial=0)) + 1, dtype=bool)
    used[numbers] = True
    places = np.cumsum(used, dtype=np.int32) - 1
    for begin in range(0, len(numbers), _BLOCK):
        part = numbers[begin : begin + _BLOCK]
        part[:] = places[part]
    return np.flatnonzero(used)


def _minimize(measure: Any, point: _Array) -> _Array:
    """Return the point with the least value of a convex function (L-BFGS)."""
    value, slope = measure(point)
    steps: list[tuple[_Array, _Array]] = []
    for _ in range(MAX_STEPS):
        direction = _get_direction(slope, steps)
        length, fall = 1.0, _dot(slope, direction)
        while True:
            new_point = point - length * direction
            new_value, new_slope = measure(new_point)
            if new_value <= value - 1e-4 * length * fall or length < 1e-6:
                break
            length /= 2
        step, turn = new_point - point, new_slope - slope
        if _dot(step, turn) > 1e-12:
            steps = [*steps, (step, turn)][-MEMORY:]
        is_done = value - new_value <= ENOUGH * max(1.0, abs(new_value))
        point, value, slope = new_point, new_value, new_slope
        if is_done:
            break
    return point


def _get_direction(slope: _Array, steps: list[tuple[_Array, _Array]]) -> _Array:
    direction = slope.copy()
    if not steps:
        return direction / max(1.0, math.sqrt(_dot(slope, slope)))
    shares = []
    for step, turn in reversed(steps):
        share = _dot(step, direction) / _dot(turn, step)
        shares.append(share)
        direction -= share * turn
    step, turn = steps[-1]
    direction *= _dot(step, turn) / _dot(turn, turn)
    for (step, turn), share in zip(steps, reversed(shares), strict=True):
        direction += step * (share - _dot(turn, direction) / _dot(turn, step))
    return direction


def _dot(one: _Array, other: _Array) -> float:
    """Return a scalar product without BLAS, whose threads wait by spinning."""
    return float(np.einsum("i,i->", one, other))
