"""The rules by which readers are new, loyal, at risk or lapsed: from when on one is silent.

Readers of one cell (see ``model/cells.py``) have the same visits, so they have the same tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx_feedback.core import conf
from cx_feedback.readers.periods import get_period_length
from cx_feedback.readers.tier_names import Tier

if TYPE_CHECKING:
    from cx_feedback.loyalty.model import Cells, Parameters
    from cx_feedback.loyalty.model.cells import Floats

#: Tiers of readers who used to come and stopped.
SILENT_TIERS = (Tier.AT_RISK, Tier.LOST)


@dataclass(frozen=True)
class TierBorders:
    """The borders between the tiers: probabilities and shares from 0 to 1, and weeks.

    The defaults are those of ``CX_FEEDBACK["LOYALTY_TIERS"]``. Editors may change them, so ask
    ``site_settings.get_loyalty_config`` for the borders in force.

    A reader with visits in one period only is *new* in the first ``new_weeks``, then *one-time*.
    A reader with visits in several periods is *at risk* once the probability of a return has
    fallen below the share ``at_risk`` of what it was at the last visit. A weekly reader is
    therefore missed after a few weeks and a rare one after many. (The default is the lowest
    border that notices weekly customers before 30 days, see docs/explanation/loyalty.md.) Below
    the share ``lost`` of that probability, and after at least ``lost_weeks`` without a visit, the
    reader has *lapsed*; without the weeks the most regular readers would be given up within days.
    The others are *enthusiasts* from the probability ``lover``, *loyal* from ``loyal`` and
    *casual* below. A reader who comes back after an absence is *won back* for
    ``won_back_weeks``.
    """

    new_weeks: float
    won_back_weeks: float
    loyal: float
    lover: float
    at_risk: float
    lost: float
    lost_weeks: float

    @classmethod
    def from_settings(cls, **changes: float) -> TierBorders:
        """Return the borders of ``CX_FEEDBACK["LOYALTY_TIERS"]`` with some of them changed."""
        return cls(**{**conf.get("LOYALTY_TIERS"), **changes})


def get_remaining_share(parameters: Parameters, cells: Cells, horizon: float) -> Floats:
    """Return the probability of a return as a share of what it was at the last visit.

    This is always the probability of the model, because the challenger doesn't know habits.
    """
    import numpy as np

    from cx_feedback.loyalty.model import Cells, p_return

    returns = p_return(parameters, cells, horizon)
    at_last_visit = Cells(cells.x, cells.t_x, cells.t_x, cells.readers)
    before = p_return(parameters, at_last_visit, horizon)
    return np.divide(returns, before, out=np.ones_like(returns), where=before > 0)


def assign_tiers(cells: Cells, returns: Floats, left: Floats, borders: TierBorders) -> list[str]:
    """Return the tier of each cell.

    Only *won back* is no property of a cell: ``tier_transitions`` sets it in the nightly run,
    ``silence_records`` when the reader returns.

    ``returns`` is the probability of a return, ``left`` its share of that at the last visit.
    """
    import numpy as np

    once = cells.x == 0
    week = 7 / get_period_length()
    new = cells.clock < borders.new_weeks * week
    long_silent = cells.clock - cells.t_x >= borders.lost_weeks * week
    rules = [
        (once & new, Tier.NEW),
        (once, Tier.FLY_BY),
        (long_silent & (left < borders.lost), Tier.LOST),
        (left < borders.at_risk, Tier.AT_RISK),
        (returns >= borders.lover, Tier.LOVER),
        (returns >= borders.loyal, Tier.LOYAL),
    ]
    return [
        str(tier)
        for tier in np.select(
            [rule for rule, _tier in rules],
            [tier.value for _rule, tier in rules],
            default=Tier.CASUAL.value,
        )
    ]
