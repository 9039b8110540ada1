"""The BG/BB model: a reader visits or not in each period, until they leave unnoticed.

Fader, Hardie and Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual
Setting", Marketing Science 29(6). The probability of a visit is Beta(alpha, beta) distributed
over readers, that of leaving after a period Beta(gamma, delta). With x active periods after the
first, the last of them t_x, in n periods::

    L = B(a+x, b+n-x)/B(a,b) * B(g, d+n)/B(g,d)
      + sum over j = t_x..n-1 of B(a+x, b+j-x)/B(a,b) * B(g+1, d+j)/B(g,d)

The summand depends only on (x, j), so the sum of each cell is two look-ups in the suffix sums of
one table. All values are logarithms, so that a thousand periods don't underflow.
"""

from dataclasses import dataclass

import numpy as np

from cx_feedback.loyalty.model.cells import Cells, Floats, Ints


@dataclass(frozen=True)
class Parameters:
    """The four parameters of BG/BB, all positive."""

    alpha: float
    beta: float
    gamma: float
    delta: float

    @property
    def log(self) -> Floats:
        """Return their natural logarithms in the order of the fields."""
        return np.log([self.alpha, self.beta, self.gamma, self.delta])

    @classmethod
    def from_log(cls, log: Floats) -> "Parameters":
        """Return the parameters with these logarithms."""
        return cls(*(float(value) for value in np.exp(log)))


class LikelihoodTable:
    """Log-likelihoods of every (x, t_x, n) up to ``periods``, for some values of x.

    ``xs`` are the distinct values of x, ascending. Time and memory: len(xs) * periods.
    """

    def __init__(self, parameters: Parameters, xs: Ints, periods: int) -> None:
        from scipy.special import betaln, gammaln

        a, b = parameters.alpha, parameters.beta
        g, d = parameters.gamma, parameters.delta
        self.xs = xs
        j = np.arange(periods + 1)
        behind = j[None, :] - xs[:, None]  # periods without a visit among the first j
        # betaln(a+x, b+j-x) from gammaln of single arguments, of which there are far fewer.
        lgamma_b = gammaln(b + j)
        self.coming = (
            gammaln(a + xs)[:, None]
            + np.where(behind >= 0, lgamma_b[np.maximum(behind, 0)], -np.inf)
            - gammaln(a + b + j)[None, :]
            - betaln(a, b)
        )
        self.staying = betaln(g, d + j) - betaln(g, d)
        left = self.coming + (betaln(g + 1, d + j) - betaln(g, d))[None, :]
        self.suffix = np.logaddexp.accumulate(left[:, ::-1], axis=1)[:, ::-1]

    def log_likelihood(self, x: Ints, t_x: Ints, n: Ints) -> Floats:
        """Return log L of each history; ``n`` must not exceed the table's periods."""
        return self.of_rows(np.searchsorted(self.xs, x), t_x, n)

    def of_rows(self, row: Ints, t_x: Ints, n: Ints) -> Floats:
        """Return log L of each history, with x as an index into ``xs``."""
        alive = self.coming[row, n] + self.staying[n]
        start, end = self.suffix[row, t_x], self.suffix[row, n]
        # The terms decrease with j, so the difference loses at most log10(periods) digits.
        with np.errstate(divide="ignore", invalid="ignore"):
            gone = np.where(t_x < n, start + np.log(-np.expm1(end - start)), -np.inf)
        result: Floats = np.logaddexp(alive, gone)
        return result

    def at(self, x: Ints, t_x: Ints, clock: Floats) -> Floats:
        """Return log L at a time that may lie within a period.

        A reader who visits with probability p in a period visits with probability s*p in a share
        s of it. Then L is exactly (1 - s) L(whole periods) + s L(one more period).
        """
        whole = np.floor(clock).astype(np.int64)
        share = clock - whole
        lower = self.log_likelihood(x, t_x, whole)
        if not share.any():
            return lower
        upper = self.log_likelihood(x, t_x, np.where(share > 0, whole + 1, whole))
        with np.errstate(divide="ignore"):
            between: Floats = np.logaddexp(np.log1p(-share) + lower, np.log(share) + upper)
        return between


def build_table(parameters: Parameters, cells: Cells, ahead: float = 0) -> LikelihoodTable:
    """Return a table that covers ``cells`` and ``ahead`` more periods."""
    last = int(cells.n.max(initial=0) + np.ceil(ahead)) + 1
    return LikelihoodTable(parameters, np.unique(cells.x), last)


class Likelihood:
    """The log-likelihood of some cells as a function of the parameters, for use by a fit.

    Everything that doesn't depend on the parameters is calculated once. The sum over the cells
    is not a dot product: BLAS would start all its threads for that, which takes longer than the
    rest on a busy machine.
    """

    def __init__(self, cells: Cells) -> None:
        self.readers = cells.readers.astype(np.float64)
        self.xs, row = np.unique(cells.x, return_inverse=True)
        clock = cells.clock
        whole = np.floor(clock).astype(np.int64)
        self.periods = int(whole.max(initial=0)) + 1
        self.between = np.flatnonzero(clock > whole)
        self.share = (clock - whole)[self.between]
        self.cells = (row, cells.t_x, whole)
        self.later = tuple(column[self.between] for column in (row, cells.t_x, whole + 1))

    def __call__(self, parameters: Parameters) -> float:
        table = LikelihoodTable(parameters, self.xs, self.periods)
        logs = table.of_rows(*self.cells)
        if len(self.between):
            upper = table.of_rows(*self.later)
            lower = logs[self.between]
            logs[self.between] = np.logaddexp(
                np.log1p(-self.share) + lower, np.log(self.share) + upper
            )
        return float((self.readers * logs).sum())


def log_likelihood(parameters: Parameters, cells: Cells) -> float:
    """Return the log-likelihood of all readers in ``cells``."""
    return Likelihood(cells)(parameters)


def p_return(parameters: Parameters, cells: Cells, horizon: float) -> Floats:
    """Return each cell's probability of at least one visit within ``horizon`` periods.

    1 - L(x, t_x, n + h) / L(x, t_x, n); ``horizon`` may be a fraction.
    """
    table = build_table(parameters, cells, horizon)
    now = table.at(cells.x, cells.t_x, cells.clock)
    later = table.at(cells.x, cells.t_x, cells.clock + horizon)
    probability: Floats = np.clip(-np.expm1(later - now), 0.0, 1.0)
    return probability


def p_alive(parameters: Parameters, cells: Cells) -> Floats:
    """Return each cell's probability that its readers have not left for good.

    B(a+x, b+n-x) B(g, d+n+1) / (B(a,b) B(g,d) L), for the next period.
    """
    table = build_table(parameters, cells, 1)
    n = np.floor(cells.clock).astype(np.int64)
    row = np.searchsorted(table.xs, cells.x)
    alive = table.coming[row, n] + table.staying[n + 1]
    probability: Floats = np.exp(alive - table.log_likelihood(cells.x, cells.t_x, n))
    return np.clip(probability, 0.0, 1.0)


def expected_returns(parameters: Parameters, cells: Cells, horizon: float) -> float:
    """Return the number of readers expected at least once within ``horizon`` periods."""
    return float(cells.readers @ p_return(parameters, cells, horizon))
