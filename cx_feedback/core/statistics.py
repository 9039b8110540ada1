"""Intervals and limits of shares, and a test for the difference of two shares.

Plain Python, so that rooms can compare shares without a numerical library.
"""

import math

#: The quantile of the normal distribution for two-sided 95% intervals.
Z = 1.959963984540054
#: Expected counts from which the normal approximation is close enough.
_MANY = 10
#: The probability of a one-sided limit.
_SURE = 0.95


def wilson_interval(successes: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95% score interval of a share (Wilson 1927); (0, 1) if ``n`` is 0."""
    if not n:
        return 0.0, 1.0
    p, z2 = successes / n, Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    margin = Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - margin), min(1.0, middle + margin)


def difference_interval(first: int, n: int, second: int, m: int) -> tuple[float, float]:
    """Return the 95% interval of a change from ``first`` of ``n`` to ``second`` of ``m``.

    That is of the second share less the first, -1 to 1, put together of Wilson's intervals
    (Newcombe 1998, Statistics in Medicine 17, 873-890, method 10); (-1, 1) if one of them is of
    none.
    """
    if not n or not m:
        return -1.0, 1.0
    before, after = first / n, second / m
    (low_1, high_1), (low_2, high_2) = wilson_interval(first, n), wilson_interval(second, m)
    return (
        after - before - math.hypot(after - low_2, high_1 - before),
        after - before + math.hypot(high_2 - after, before - low_1),
    )


def adjusted_wald(above: int, below: int, n: int) -> tuple[float, float]:
    """Return centre and margin of the 95% interval of a balance, -1 to 1.

    That is (above - below) / n, as of promoters and detractors: the adjusted Wald interval, with
    3/4 of an answer more on both sides and 3 more in all (measuringu.com/nps-confidence-intervals).
    """
    p, d = (above + 0.75) / (n + 3), (below + 0.75) / (n + 3)
    return p - d, Z * math.sqrt((p + d - (p - d) ** 2) / (n + 3))


def balance_interval(above: int, below: int, n: int) -> tuple[float, float]:
    """Return the ends of ``adjusted_wald``, -1 to 1."""
    centre, margin = adjusted_wald(above, below, n)
    return max(-1.0, centre - margin), min(1.0, centre + margin)


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


def get_upper_limit(successes: float, n: float) -> float:
    """Return the upper 95% limit of a share (Clopper and Pearson 1934); 1 if ``n`` is 0.

    With probability .95 the share is at most that. Counts can be fractions, of weighted rows.
    """
    if n <= 0 or successes >= n:
        return 1.0
    low, high = successes / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _beta_share(successes + 1, n - successes, middle) < _SURE:
            low = middle
        else:
            high = middle
    return high


def get_lower_limit(successes: float, n: float) -> float:
    """Return the lower 95% limit of a share (Clopper and Pearson 1934), 0 if ``n`` is 0."""
    return 1.0 - get_upper_limit(n - successes, n) if n > 0 else 0.0


def _beta_share(a: float, b: float, x: float) -> float:
    """Return the regularized incomplete beta function (Press et al. 2007, section 6.4)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_share(b, a, 1 - x)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log1p(-x)) / a
    return front * _beta_fraction(a, b, x)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 / max(tiny, 1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 500):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            fraction *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    return fraction
