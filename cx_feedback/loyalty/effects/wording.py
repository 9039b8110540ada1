"""Effects and experiments in plain words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cx_feedback.core.text.number_format import format_decimal, format_percentage
from cx_feedback.loyalty.effects.experiment_statistics import MIN_READERS, Difference
from cx_feedback.loyalty.effects.experiments import WORTH_SEEING, ExperimentResult


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


def describe_effect(found: Difference) -> str:
    """Return the meaning of a difference from the expected share."""
    if not found.is_significant:
        return pgettext("loyalty", "may be chance")
    return (
        pgettext("loyalty", "more than expected")
        if found.value > 0
        else pgettext("loyalty", "fewer than expected")
    )


def describe_notable_effects(more: list[str], fewer: list[str], causes: int) -> list[str]:
    """Return sentences on the notable causes, given by their titles, among ``causes``."""
    if not more and not fewer:
        return [
            ngettext(
                "There is only one, and its difference may be chance.",
                "None of the %(n)d stands out yet: every difference may be chance.",
                causes,
            )
            % {"n": causes}
        ]
    words = []
    if more:
        words.append(_("More readers than expected came back after: %s.") % ", ".join(more))
    if fewer:
        words.append(_("Fewer readers than expected came back after: %s.") % ", ".join(fewer))
    return words


def describe_experiment(said: ExperimentResult) -> list[str]:
    """Return sentences on the result of an experiment and on what it can detect."""
    experiment = said.experiment
    if said.difference is None or said.visible is None or said.needed is None:
        fewer = min(experiment.written, experiment.held)
        return [
            _(
                "No result yet: figures appear with %(needed)d readers in each group. The "
                "smaller group has %(there)d whose weeks are over."
            )
            % {"needed": MIN_READERS, "there": fewer}
        ]
    return [_describe_difference(said.difference), _describe_power(said)]


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
