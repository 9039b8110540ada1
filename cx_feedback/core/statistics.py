"""Intervals of shares and a test for the difference of two shares.

Plain Python, so that rooms can compare shares without a numerical library.
"""

import math

#: The quantile of the normal distribution for two-sided 95% intervals.
Z = 1.959963984540054
#: Expected counts from which the normal approximation is close enough.
_MANY = 10


def wilson_interval(successes: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95% score interval of a share (Wilson 1927); (0, 1) if ``n`` is 0."""
    if not n:
        return 0.0, 1.0
    p, z2 = successes / n, Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    margin = Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - margin), min(1.0, middle + margin)


def p_value_of_difference(first: int, n: int, second: int, m: int) -> float:
    """Return the p-value (0 to 1) of the difference between two shares.

    Compares ``first`` of ``n`` with ``second`` of ``m``: by Fisher's exact test if few are
    expected, otherwise by the normal approximation.
    """
    total = first + second
    if not n or not m or not total or total == n + m:
        return 1.0
    share = total / (n + m)
    if min(n, m) * min(share, 1 - share) < _MANY:
        return _fisher_exact(first, n, total, n + m)
    spread = math.sqrt(share * (1 - share) * (1 / n + 1 / m))
    return math.erfc(abs(first / n - second / m) / spread / math.sqrt(2))


def _fisher_exact(first: int, n: int, total: int, everybody: int) -> float:
    def log_choose(a: int, b: int) -> float:
        return math.lgamma(a + 1) - math.lgamma(b + 1) - math.lgamma(a - b + 1)

    def log_chance(k: int) -> float:
        others = log_choose(everybody - n, total - k)
        return log_choose(n, k) + others - log_choose(everybody, total)

    low, high = max(0, total - (everybody - n)), min(n, total)
    border = log_chance(first) + 1e-7
    chances = (log_chance(k) for k in range(low, high + 1))
    return min(1.0, sum(math.exp(each) for each in chances if each <= border))
