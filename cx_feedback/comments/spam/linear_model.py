"""Logistic regression on sparse features, and on a few columns, with numpy alone.

The weights are those of the largest posterior under a normal prior around zero (Genkin, Lewis and
Madigan 2007), found by L-BFGS (Nocedal 1980).
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.feature_extraction import TextFeatures

#: Steps of the search, the steps that it remembers, and the improvement at which it ends.
MAX_STEPS, MEMORY, ENOUGH = 60, 8, 1e-5

#: Features that are worked on at once.
_BLOCK = 2**18

_Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(frozen=True)
class FeatureMatrix:
    """The features of texts, one text after the other; ``starts`` has their borders."""

    numbers: _Array
    values: _Array
    starts: _Array

    @classmethod
    def build(cls, texts: Iterable[TextFeatures]) -> "FeatureMatrix":
        numbers, values, starts = [np.empty(0, np.int32)], [np.empty(0, np.float32)], [0]
        for features in texts:
            numbers.append(features.numbers)
            values.append(features.values)
            starts.append(starts[-1] + len(features.numbers))
        return cls(np.concatenate(numbers), np.concatenate(values), np.array(starts))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def select(self, rows: _Array) -> "FeatureMatrix":
        """Return the matrix of some of the texts."""
        sizes = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        places = np.arange(starts[-1], dtype=np.int32)
        places += np.repeat((self.starts[rows] - starts[:-1]).astype(np.int32), sizes)
        return FeatureMatrix(self.numbers[places], self.values[places], starts)

    def multiply(self, weights: _Array) -> _Array:
        """Return the sum of the weights of each text. Each text has at least one feature."""
        narrow = weights.astype(np.float32)
        sums = [
            np.add.reduceat(narrow[self.numbers[begin:end]] * self.values[begin:end], starts)
            for begin, end, starts in self._split()
        ]
        return np.concatenate(sums).astype(float) if sums else np.empty(0)

    def spread(self, by_text: _Array, size: int) -> _Array:
        """Return the sum of a number of each text by feature."""
        total = np.zeros(size)
        shares = self.values * np.repeat(by_text.astype(np.float32), np.diff(self.starts))
        for begin in range(0, len(shares), _BLOCK):
            end = begin + _BLOCK
            total += np.bincount(self.numbers[begin:end], weights=shares[begin:end], minlength=size)
        return total

    def _split(self) -> Iterator[tuple[int, int, _Array]]:
        """Yield the borders of blocks of whole texts, and the starts of the texts within each.

        What is worked out for a block is small, and stays in the processor's cache.
        """
        first = 0
        while first < len(self):
            begin = int(self.starts[first])
            last = max(first + 1, int(np.searchsorted(self.starts, begin + _BLOCK, "right")) - 1)
            yield begin, int(self.starts[last]), self.starts[first:last] - begin
            first = last


def fit_weights(
    matrix: FeatureMatrix, is_spam: _Array, *, offsets: _Array, penalty: float
) -> tuple[_Array, _Array, float]:
    """Return the features of the texts, their weights and the bias.

    ``offsets`` are logarithms of odds to which the weights add.
    """
    known, places = _number_densely(matrix.numbers)
    dense = FeatureMatrix(places, matrix.values, matrix.starts)
    labels = is_spam.astype(float)

    def measure(point: _Array) -> tuple[float, _Array]:
        weights, bias = point[:-1], point[-1]
        odds = dense.multiply(weights) + bias + offsets
        loss = np.logaddexp(0, np.where(is_spam, -odds, odds)).sum()
        wrong = 1 / (1 + np.exp(-np.clip(odds, -60, 60))) - labels
        slope = np.append(dense.spread(wrong, len(known)) + penalty * weights, wrong.sum())
        return loss + penalty / 2 * _dot(weights, weights), slope

    found = _minimize(measure, np.zeros(len(known) + 1))
    return known, found[:-1].astype(np.float32), float(found[-1])


def fit_factors(
    values: _Array,
    is_spam: _Array,
    *,
    offsets: _Array,
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
        chance = 1 / (1 + np.exp(-np.clip((columns * point).sum(axis=1) + offsets, -60, 60)))
        slope = (columns * (chance - is_spam)[:, None]).sum(axis=0) + penalties * (point - start)
        bend = np.einsum("ni,nj,n->ij", columns, columns, chance * (1 - chance))
        step = np.linalg.solve(bend + np.diag(penalties), slope)
        point = point - np.clip(step, -1, 1)
        if np.abs(step).max() < ENOUGH:
            break
    return tuple(float(each) for each in point)


def _number_densely(numbers: _Array) -> tuple[_Array, _Array]:
    """Return the different numbers in order, and the place of each number among them."""
    used = np.zeros(int(numbers.max(initial=0)) + 1, dtype=bool)
    used[numbers] = True
    return np.flatnonzero(used), (np.cumsum(used, dtype=np.int32) - 1)[numbers]


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
