"""The result of the experiment with the order in words and as a table."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cx_feedback.conversations.effects.effect_format import (
    format_interval,
    format_points,
    format_share,
)
from cx_feedback.conversations.experiment.group_comparison import DrawnHalf, OrderExperiment
from cx_feedback.conversations.figure_tables import FigureRow, FigureTable
from cx_feedback.core.admin.charts import format_figure
from cx_feedback.core.experiment_statistics import MIN_READERS, Difference
from cx_feedback.core.pages import site_time


@dataclass(frozen=True)
class DescribedExperiment:
    """The result for the screen."""

    table: FigureTable
    sentences: list[str]


def describe_experiment(found: OrderExperiment) -> DescribedExperiment:
    """Return the result, without shares of fewer than MIN_READERS."""
    since = date_format(site_time.localdate(found.since))
    table = FigureTable(
        pgettext("conversation", "Experiment: the order of the inbox"),
        (
            pgettext("conversation", "Readers"),
            pgettext("conversation", "Came back"),
            pgettext("conversation", "First answer on time"),
        ),
        []
        if found.forgotten
        else [
            _build_row(pgettext("conversation", "Came first"), found.first),
            _build_row(pgettext("conversation", "Came later"), found.later),
        ],
        note=_(
            "Since %(since)s half of the readers, drawn by lot, come later in the inbox, within "
            "what is promised. Each counts once, with the same %(weeks)s weeks to come back, "
            "whatever was done for them."
        )
        % {"since": since, "weeks": found.weeks},
    )
    return DescribedExperiment(table, _describe_result(found))


def _build_row(label: Any, half: DrawnHalf) -> FigureRow:
    came = half.came / half.n if half.n >= MIN_READERS else None
    kept = half.kept / half.decided if half.decided >= MIN_READERS else None
    shares = [format_figure(None) if one is None else format_share(one) for one in (came, kept)]
    number = str(half.n) if half.n >= MIN_READERS or not half.n else f"< {MIN_READERS}"
    return FigureRow(label, [(text, "") for text in (number, *shares)])


def _describe_result(found: OrderExperiment) -> list[str]:
    if found.forgotten:
        return [
            _(
                "It began so long ago that data of its first days is deleted, so it isn't counted "
                "any more. Turn it off and on to begin anew."
            )
        ]
    running = found.first.running + found.later.running
    said = []
    if found.difference is None:
        said.append(_("Figures are shown from %d readers in each half on.") % MIN_READERS)
    else:
        said += [
            _describe_difference(found.difference),
            _("You may look every night: the interval is as wide as that needs."),
        ]
    if running >= MIN_READERS:
        said.append(
            ngettext(
                "%(n)d reader still has time to come back.",
                "%(n)d readers still have time to come back.",
                running,
            )
            % {"n": running}
        )
    return said


def _describe_difference(found: Difference) -> str:
    words = {"points": format_points(found.value), "interval": format_interval(found)}
    if not found.is_significant:
        said = _(
            "No clear result: the difference of %(points)s percentage points (95%% interval "
            "%(interval)s) may well be chance."
        )
    elif found.value > 0:
        said = _(
            "Of those who came first more came back, by %(points)s percentage points (95%% "
            "interval %(interval)s). The lot decided who did, so that is an effect of the order."
        )
    else:
        said = _(
            "Of those who came first fewer came back, by %(points)s percentage points (95%% "
            "interval %(interval)s). The lot decided who did, so that is an effect of the order."
        )
    return said % words
