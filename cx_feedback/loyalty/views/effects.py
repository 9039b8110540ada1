"""The screens of what brings readers back: causes of returns, and experiments."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cx_feedback.core.admin.charts import Bar, draw_bars
from cx_feedback.core.experiment_statistics import MIN_READERS
from cx_feedback.core.statistics import wilson_interval
from cx_feedback.loyalty.effects import selectors
from cx_feedback.loyalty.effects.act_histories import LEAST_WEEKS
from cx_feedback.loyalty.effects.selectors import Kind, NamedEffect, NamedResult
from cx_feedback.loyalty.effects.wording import (
    describe_experiment,
    describe_notable_effects,
    format_interval,
    format_points,
    format_share,
)
from cx_feedback.loyalty.reports.report_models import Effect
from cx_feedback.loyalty.selectors import get_newest_fit
from cx_feedback.loyalty.views.base import LoyaltyTemplateView, Tab

PER_PAGE = 25
TONES: dict[str, str] = {Effect.Verdict.MORE: "up", Effect.Verdict.FEWER: "down"}
#: Number of causes in the chart.
DRAWN = 12
KINDS = (Kind.ARTICLE, Kind.SECTION, Kind.SURVEY, Kind.RULE)
#: Orderings of the table; the default shows the most certain gains first.
ORDERS = {
    "difference": "difference",
    "-difference": "-difference",
    "readers": "readers",
    "-readers": "-readers",
    "-low": "-low",
}


class ReturnsView(LoyaltyTemplateView):
    """Articles, sections, surveys and rules with the returns of their readers."""

    template_name = "cx_feedback/loyalty/admin/returns.html"
    page_title = gettext_lazy("What brings readers back")
    tab = "returns"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        kind = asked.get("kind") if asked.get("kind") in KINDS else Kind.ARTICLE
        order = ORDERS.get(asked.get("ordering", ""), "-low")
        found = selectors.get_effects(str(kind)).order_by(order, "pk")
        page = Paginator(found, PER_PAGE).get_page(asked.get("p"))
        rows = selectors.add_names(list(page.object_list))
        return {
            **super().get_context_data(**kwargs),
            "kinds": [Tab(str(one.label), f"?kind={one.value}", one == kind) for one in KINDS],
            "kind": str(kind),
            "order": order,
            "page": page,
            "rows": [_build_row(row) for row in rows],
            "summary": _summarize_effects(str(kind), page.paginator.count),
            "chart": _draw_effects(rows[:DRAWN]),
            "span": selectors.get_last_measurement(),
            "least_weeks": LEAST_WEEKS,
            "hidden": selectors.count_hidden_effects(str(kind)),
            "shown_from": MIN_READERS,
        }


def _summarize_effects(kind: str, causes: int) -> list[str]:
    if not causes:
        return []
    more, fewer = selectors.get_notable_effects(kind)
    return describe_notable_effects(
        [_quote_title(row) for row in more], [_quote_title(row) for row in fewer], causes
    )


def _quote_title(row: NamedEffect) -> str:
    return pgettext("loyalty", "“%s”") % _get_title(row)


def _get_title(row: NamedEffect) -> str:
    if row.name is not None:
        return row.name.title
    return _("No longer there (%d)") % row.effect.cause_id


def _build_row(row: NamedEffect) -> dict[str, Any]:
    effect, found = row.effect, row.difference
    return {
        "effect": effect,
        "title": _get_title(row),
        "url": row.name.url if row.name else "",
        "share": format_share(effect.share),
        "expected": format_share(effect.expected or 0.0),
        "difference": format_points(found.value) if found else "–",
        "interval": format_interval(found) if found else "–",
        "before": "–" if effect.before is None else format_points(effect.before),
        "words": effect.get_verdict_display(),
        "tone": TONES.get(effect.verdict, ""),
    }


def _draw_effects(rows: list[NamedEffect]) -> SafeString | None:
    if not rows:
        return None
    return draw_bars(
        _("More (or fewer) who came back than of similar readers, in percentage points (readers)"),
        [
            Bar(
                _get_title(row),
                100 * found.value,
                100 * found.low,
                100 * found.high,
                f"({row.effect.readers})",
            )
            for row in rows
            if (found := row.difference)
        ],
    )


class ExperimentsView(LoyaltyTemplateView):
    """The experiment of each rule with a control group."""

    template_name = "cx_feedback/loyalty/admin/experiments.html"
    page_title = pgettext_lazy("loyalty", "Experiments")
    tab = "experiments"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = [_build_card(one) for one in selectors.get_experiment_results()]
        return {
            **super().get_context_data(**kwargs),
            "experiments": found,
            "anybody": get_newest_fit() is not None,
        }


def _build_card(found: NamedResult) -> dict[str, Any]:
    said = found.finding
    experiment = said.experiment
    title = (
        found.name.title
        if found.name
        else pgettext("loyalty", "Rule %d, deleted") % experiment.rule_id
    )
    chart = None
    if said.written_share is not None and said.held_share is not None:
        chart = draw_bars(
            pgettext("loyalty", "Came again"),
            [
                _build_bar(
                    pgettext("loyalty", "Written to"),
                    experiment.written_returned,
                    experiment.written,
                ),
                _build_bar(
                    pgettext("loyalty", "Control group"), experiment.held_returned, experiment.held
                ),
            ],
            unit="%",
            maximum=100,
        )
    return {
        "title": title,
        "url": found.name.url if found.name else "",
        "experiment": experiment,
        "words": describe_experiment(said),
        "chart": chart,
    }


def _build_bar(label: str, returned: int, readers: int) -> Bar:
    low, high = wilson_interval(returned, readers)
    return Bar(label, 100 * returned / readers, 100 * low, 100 * high, f"({returned}/{readers})")
