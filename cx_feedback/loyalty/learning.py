"""Learning: fit, recalibration, challenger and their check; or what the last fit learnt."""

import datetime
from dataclasses import dataclass

from cx_feedback.loyalty.checking import HoldoutCheck, compare, look_back
from cx_feedback.loyalty.model import Cells, Quality, Scorer, Used, fit
from cx_feedback.loyalty.models import Fit
from cx_feedback.readers.periods import length

#: A night takes over what a fit learnt at most so many days before; a little over a week, so
#: that a weekly refit that comes late does not make the night learn as well.
KEEP_DAYS = 8


@dataclass(frozen=True)
class Learnt:
    """What was learnt from visits up to ``as_of`` and how well it did on the window before."""

    as_of: datetime.date
    scorer: Scorer
    check: HoldoutCheck | None


def learn(*, as_of: datetime.date, horizon_weeks: int, cells: Cells) -> Learnt:
    """Fit the model on ``cells``, check it against the challenger, and use the better one.

    The check learns as of one window ago and is compared with what came in that window. Then
    the same window teaches recalibration and challenger for the weeks to come.
    """
    days = horizon_weeks * 7
    window = datetime.timedelta(days=days)
    before = look_back(as_of=as_of - 2 * window, days=days)
    now = look_back(as_of=as_of - window, days=days)
    check = compare(before, now)
    scorer = Scorer(
        fit(cells),
        days / length(),
        now.calibration(),
        now.challenger(),
        check.used if check else Used.MODEL,
    )
    return Learnt(as_of, scorer, check)


def learnt_before(*, as_of: datetime.date, period: str, horizon_weeks: int) -> Learnt | None:
    """Return what the last fit learnt that may still be used on ``as_of``, None if none may.

    A fit that was not good is not taken over: more readers may have made it better.
    """
    row = (
        Fit.objects.filter(
            period=period,
            horizon_weeks=horizon_weeks,
            quality=Quality.GOOD,
            completed_at__isnull=False,
            learnt_as_of__range=(as_of - datetime.timedelta(days=KEEP_DAYS), as_of),
        )
        .order_by("-learnt_as_of", "-as_of")
        .first()
    )
    if row is None:
        return None
    check = HoldoutCheck.from_dict(row.check_result) if row.check_result else None
    return Learnt(row.learnt_as_of, row.scorer, check)
