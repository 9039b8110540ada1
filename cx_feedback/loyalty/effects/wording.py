"""Effects and experiments in plain words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cx_feedback.core.experiment_statistics import (
    MIN_READERS,
    WORTH_SEEING,
    Difference,
)
from cx_feedback.core.text.number_format import format_decimal, format_percentage
from cx_feedback.loyalty.effects.experiments import ExperimentResult
from cx_feedback.loyalty.reports.report_models import Experiment


def format_points(value: float) -> str:
    """Return a difference of shares as percentage points with its sign: "+4.2"."""
    rounded = round(100 * value, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{format_decimal(abs(rounded), 1)}"


def format_share(share: float) -> str:
    """Return a share in percent with one decimal: "37.5%"."""
    return format_percentage(format_decimal(100 * share, 1))


def format_interval(found: Difference) -> str:
    """Return the 95% interval of a difference: "−1.2 … +9.6"."""
    return f"{format_points(found.low)} … {format_points(found.high)}"


def describe_notable_effects(more: list[str], fewer: list[str], causes: int) -> list[str]:
    """Return sentences on the notable causes, given by their titles, among ``causes``."""
    if not more and not fewer:
        return [
            ngettext(
                "There is only one, and its difference may be chance.",
                "None of the %(n)d stands out: the differences may be chance.",
                causes,
            )
            % {"n": causes}
        ]
    words = []
    if more:
        words.append(_("More came back than of similar readers after: %s.") % ", ".join(more))
    if fewer:
        words.append(_("Fewer came back than of similar readers after: %s.") % ", ".join(fewer))
    return words


def describe_experiment(said: ExperimentResult) -> list[str]:
    """Return sentences on the result of an experiment and on what it can detect."""
    if said.difference is None or said.visible is None or said.needed is None:
        return [_describe_missing_result(said.experiment)]
    return [_describe_difference(said.difference), _describe_power(said), *_describe_price(said)]


def _describe_missing_result(experiment: Experiment) -> str:
    if not experiment.held and not experiment.written:
        return _("No result yet: no reader's weeks are over.")
    if not experiment.held:
        return _(
            "No result: there is nobody in the control group whose weeks are over, so the readers "
            "who got the emails can't be compared with anybody."
        )
    if not experiment.written:
        return _(
            "No result: nobody whose weeks are over got the emails, so the control group can't "
            "be compared with anybody."
        )
    return _(
        "No result yet: figures appear with %(needed)d readers in each group. The "
        "smaller group has %(there)d whose weeks are over."
    ) % {"needed": MIN_READERS, "there": min(experiment.written, experiment.held)}


def _describe_price(said: ExperimentResult) -> list[str]:
    if said.price is None:
        return []
    return [
        _(
            "The range may be looked at every night: in 19 of 20 experiments it never leaves the "
            "true difference out. The price is that it is %(times)s times as wide as a range for "
            "one look."
        )
        % {"times": format_decimal(said.price, 1)}
    ]


def _describe_difference(found: Difference) -> str:
    words = {"points": format_points(found.value), "interval": format_interval(found)}
    if not found.is_significant:
        return (
            _(
                "No clear result: the difference of %(points)s percentage points "
                "(%(interval)s) may well be chance."
            )
            % words
        )
    words["points"] = words["points"][1:]
    if found.value > 0:
        return (
            _(
                "More readers came back with the emails: %(points)s percentage points more "
                "(%(interval)s) than without."
            )
            % words
        )
    return (
        _(
            "Fewer readers came back with the emails: %(points)s percentage points fewer "
            "(%(interval)s) than without."
        )
        % words
    )


def _describe_power(said: ExperimentResult) -> str:
    assert said.visible is not None
    assert said.needed is not None
    visible = format_points(said.visible).removeprefix("+")
    there = said.experiment.written + said.experiment.held
    words = _(
        "With this many readers, a real difference of %(visible)s percentage points would "
        "be detected four times out of five."
    ) % {"visible": visible}
    if said.needed <= there:
        return words
    more = ngettext(
        "To detect %(worth)d points, %(more)s more reader is needed.",
        "To detect %(worth)d points, %(more)s more readers are needed.",
        said.needed - there,
    ) % {
        "worth": round(100 * WORTH_SEEING),
        "more": format_decimal(said.needed - there, 0, grouped=True),
    }
    return f"{words} {more}"
