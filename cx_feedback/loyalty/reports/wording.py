"""Figures in plain words, for editors without statistics."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from cx_feedback.core.pages.site_time import format_moment
from cx_feedback.core.text.number_format import format_decimal
from cx_feedback.loyalty.fit_quality import Quality
from cx_feedback.loyalty.models import Fit, Run
from cx_feedback.loyalty.reports.detection_delay import DetectionDelay
from cx_feedback.loyalty.reports.trust import Trust, describe_trust, judge_trust
from cx_feedback.loyalty.scoring.bot_detection import DAYS as PROGRAM_DAYS
from cx_feedback.loyalty.scoring.holdout_check import HoldoutCheck
from cx_feedback.loyalty.scoring.tier_rules import Tier, TierBorders
from cx_feedback.loyalty.selectors import ReaderScore


def describe_quality(quality: str) -> str:
    """Return the meaning of a fit's quality and advice."""
    return {
        Quality.GOOD: _("The model fits these visits without difficulty."),
        Quality.TOO_FEW: _(
            "There are too few readers, or too few weeks, to learn from yet. Take the figures as "
            "a first guess; they become better by themselves as readers come."
        ),
        Quality.ALL_CAME_ONCE: _(
            "No reader has come a second time yet, so the model can't learn what brings "
            "readers back. All probabilities are low until one does."
        ),
        Quality.NOBODY_LEFT: _(
            "Nobody seems to have left yet, so an absence means little. "
            "Probabilities are too hopeful until some readers have really gone."
        ),
        Quality.AT_BOUNDS: _(
            "The visits don't determine the model fully, so one of its parameters was "
            "limited. Trust the order of readers more than the probabilities."
        ),
        Quality.NOT_CONVERGED: _(
            "The calculation did not converge. Use the tiers with care and tell your developers."
        ),
    }[Quality(quality)]


def describe_check(check: HoldoutCheck | None) -> list[str]:
    """Return the results of the check as sentences."""
    if check is None:
        return [_not_checked()]
    words = [_describe_test(check), _describe_auc(check), *_describe_choice(check)]
    words.append(
        _(
            "If the model predicts that 30 of 100 readers come back, about 30 should. On "
            "average it is off by %(off)s of 100."
        )
        % {"off": format_decimal(check.mix.ece * 100, 1)}
    )
    return words


def describe_verdict(trust: Trust, check: HoldoutCheck | None) -> str:
    """Return one or two sentences on the reliability of the scores."""
    if check is None:
        return f"{describe_trust(trust)} {_not_checked()}"
    found = _(
        "Between a reader who came back and one who didn't, it chose the right one "
        "%(right)d times out of 100, and its probabilities were off by %(off)s of 100 on "
        "average."
    ) % {"right": round(check.mix.auc * 100), "off": format_decimal(check.mix.ece * 100, 1)}
    return f"{describe_trust(trust)} {found}"


def _not_checked() -> str:
    return _(
        "There is not enough history yet to check the model against what came after. "
        "The check appears once some hundred readers have been followed for two months."
    )


def _describe_test(check: HoldoutCheck) -> str:
    return _(
        "The test uses only the visits up to %(as_of)s to predict who comes back in the "
        "next %(days)d days. Of %(readers)s readers, %(returned)s did."
    ) % {
        "as_of": date_format(check.as_of),
        "days": (check.until - check.as_of).days,
        "returned": _format_count(check.returned),
        "readers": _format_count(check.readers),
    }


def _describe_auc(check: HoldoutCheck) -> str:
    return _(
        "Between a reader who came back and one who didn't, the model chooses the right "
        "one %(model)d times out of 100 (50 would be guessing), and the day of the last "
        "visit alone %(recency)d times."
    ) % {"model": round(check.model.auc * 100), "recency": round(check.recency.auc * 100)}


def _describe_choice(check: HoldoutCheck) -> list[str]:
    if check.challenger is None:
        return []
    return [
        _(
            "A simpler model (logistic regression on the last visit, the number of visits and "
            "the time since the first) is right %(challenger)d times."
        )
        % {"challenger": round(check.challenger.auc * 100)},
        _(
            "The scores mix both: %(weight)s of 100 parts are the model's, as earlier weeks "
            "showed to be best, and the mix is right %(mix)d times."
        )
        % {
            "weight": format_decimal(100 * check.weight, 0),
            "mix": round(check.mix.auc * 100),
        },
    ]


def describe_habit(row: ReaderScore) -> str:
    """Return a reader's habit and absence: "Usually every week, absent for 3 weeks"."""
    if row.reader.last_day is None:
        return _("No visit is known")
    every = max(1, round(row.t_x / row.x)) if row.x else 0
    silent = row.n - row.t_x
    return pgettext("loyalty", "%(habit)s, %(silence)s") % {
        "habit": _format_habit(every, row.period_days)
        if every
        else pgettext("loyalty", "Came once"),
        "silence": _format_absence(silent, row.period_days),
    }


def describe_rhythm(days: int) -> str:
    """Return a habit by the days between two visits: "Every week", "Every 3 weeks"."""
    weeks = days // 7
    return npgettext("loyalty", "Every week", "Every %(weeks)d weeks", weeks) % {"weeks": weeks}


def describe_lead(found: DetectionDelay) -> str:
    """Return the days gained or lost compared with a rule of 30 days, in words."""
    days = found.before_rule
    if days is None:
        return ""
    if days > 0:
        return npgettext("loyalty", "%d day earlier", "%d days earlier", days) % days
    if days < 0:
        return npgettext("loyalty", "%d day later", "%d days later", -days) % -days
    return _("at the same time")


def _format_habit(every: int, period_days: int) -> str:
    if period_days == 1:
        if every == 1:
            return pgettext("loyalty", "Usually every day")
        return _("Usually every %d days") % every
    if every == 1:
        return pgettext("loyalty", "Usually every week")
    return _("Usually every %d weeks") % every


def _format_absence(silent: int, period_days: int) -> str:
    if silent <= 0:
        return pgettext("loyalty", "visited recently")
    if period_days == 1:
        return ngettext("absent for %d day", "absent for %d days", silent) % silent
    return ngettext("absent for %d week", "absent for %d weeks", silent) % silent


def describe_emotion(emotion: str | None, value: float | None) -> str:
    """Return an emotion with its value from -1 to 1: "Happy (+1)"; "" for none."""
    if not emotion:
        return ""
    if value is None:
        return emotion
    sign = "+" if value > 0 else ("−" if value < 0 else "")
    places = 0 if float(value).is_integer() else 2
    return f"{emotion} ({sign}{format_decimal(abs(value), places)})"


def get_doubts(fit: Fit, check: HoldoutCheck | None) -> list[str]:
    """Return reasons not to rely on the scores, as sentences."""
    found = [] if fit.quality == Quality.GOOD else [describe_quality(fit.quality)]
    return [*found, *judge_trust(fit, check).reasons]


def describe_accuracy(check: HoldoutCheck | None) -> str:
    """Return a sentence on the average error of the probabilities in use."""
    if check is None:
        return _not_checked()
    return _("Compared with who came: off by %(off)s percentage points on average.") % {
        "off": format_decimal(check.mix.ece * 100, 1)
    }


def format_duration(run: Run) -> str:
    """Return the duration of a run, in seconds up to two minutes; "" while it is running."""
    if run.finished_at is None:
        return ""
    seconds = (run.finished_at - run.started_at).total_seconds()
    if seconds >= 120:
        return timesince(run.started_at, run.finished_at)
    return pgettext("loyalty", "%s s") % format_decimal(seconds, 1)


def describe_failures(runs: Iterable[Run]) -> list[str]:
    """Return a sentence for each of these runs that failed or died."""
    words = _("“%(task)s” on %(day)s: %(outcome)s. The last figures are shown until it runs again.")
    return [
        words
        % {
            "task": run.get_kind_display(),
            "day": format_moment(run.started_at),
            "outcome": run.get_outcome_display(),
        }
        for run in runs
        if run.outcome in (Run.Outcome.FAILED, Run.Outcome.DIED)
    ]


def describe_tiers(borders: TierBorders) -> list[tuple[str, str]]:
    """Return (name, meaning) of each tier by the site's borders."""
    percent = {
        "lover": round(100 * borders.lover),
        "loyal": round(100 * borders.loyal),
        "at_risk": round(100 * borders.at_risk),
        "lost": round(100 * borders.lost),
    }
    meanings = {
        Tier.NEW: _("Came for the first time in the last %(weeks)g weeks.")
        % {"weeks": borders.new_weeks},
        Tier.FLY_BY: _("Came once, longer ago, and not again so far."),
        Tier.CASUAL: _("Comes now and then; under %(loyal)d%% likely to be back soon.") % percent,
        Tier.LOYAL: _("At least %(loyal)d%% likely to be back soon.") % percent,
        Tier.LOVER: _("At least %(lover)d%% likely to be back soon.") % percent,
        Tier.AT_RISK: _(
            "Used to come, but has been absent for longer than usual: the "
            "probability of a return has fallen below %(at_risk)d%% of what it was "
            "at the last visit."
        )
        % percent,
        Tier.LOST: _(
            "Used to come, but has been absent for so long that the probability of "
            "a return is below %(lost)d%% of what it was."
        )
        % percent,
        Tier.WON_BACK: _("Came back after an absence, in the last %(weeks)g weeks.")
        % {"weeks": borders.won_back_weeks},
        Tier.PROGRAM: _(
            "Came on each of %(days)d days in a row: a monitor or a script rather than a person. "
            "It has no score, and no figure of the others contains it."
        )
        % {"days": PROGRAM_DAYS},
    }
    return [(str(tier.label), meanings[tier]) for tier in Tier]


def _format_count(number: int) -> str:
    return format_decimal(number, 0, grouped=True)
