"""Confidence intervals of means on a scale of few points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def compute_mean_bounds(given: NDArray[Any], points: NDArray[Any]) -> NDArray[Any]:
    """Return the ends (2, samples) of the intervals of the means on a scale of few points.

    ``given`` (samples, points) holds the number of answers for each point. As in Wilson's score
    interval, the interval contains the means from which the sample is not too far away, measured
    in standard errors of a distribution with that mean. The distribution is the sample tilted
    exponentially (p proportional to count times exp(theta x)), with one more answer spread over the
    scale so that unused points stay possible. For two points and without that answer the result is
    Wilson's interval. Student's quantile replaces z to allow for the estimated shape.
    """
    import numpy as np
    from scipy.special import stdtrit

    middle, width = points.mean(), points[-1] - points[0]
    x = (points - middle) / width
    n = given.sum(axis=1)
    average = given @ x / n
    weight = np.log(given + 1 / len(points))
    sign = np.array([[-1.0], [1.0]])
    reach = stdtrit(n - 1, 0.975) / np.sqrt(n)
    near, far = np.zeros((2, len(n))), np.full((2, len(n)), 400.0)
    for _ in range(44):  # enough halvings of 400 for all digits that are shown
        theta = (near + far) / 2
        tilted = weight + (sign * theta)[:, :, None] * x
        p = np.exp(tilted - tilted.max(axis=2, keepdims=True))
        p /= p.sum(axis=2, keepdims=True)
        centre = p @ x
        deviation = np.sqrt(np.maximum(p @ (x * x) - centre**2, 0))
        beyond = sign * (centre - average) >= reach * deviation
        far, near = np.where(beyond, theta, far), np.where(beyond, near, theta)
    # If no tilt is too far, the bound is the end of the scale. The mean is always within.
    ends = np.where(far == 400, sign / 2, centre)
    ends = np.stack([np.minimum(ends[0], average), np.maximum(ends[1], average)])
    return np.asarray(ends * width + middle)
