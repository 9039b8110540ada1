"""What brings readers back, and what experiments say."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cx_feedback.core.admin.charts import Bar, draw_bars
from cx_feedback.loyalty.effects import selectors
from cx_feedback.loyalty.effects.selectors import Kind, NamedEffect, NamedFinding
from cx_feedback.loyalty.effects.statistics import SHOWN_FROM, wilson
from cx_feedback.loyalty.effects.wording import (
    effect_words,
    experiment_words,
    interval,
    percent,
    points,
    summary_words,
)
from cx_feedback.loyalty.views.base import Screen, Tab

PER_PAGE = 25
#: Causes in the picture.
DRAWN = 12
KINDS = (Kind.ARTICLE, Kind.SECTION, Kind.SURVEY, Kind.RULE)
#: What the table may be sorted by, and how: certain gains first unless asked otherwise.
ORDERS = {
    "difference": "difference",
    "-difference": "-difference",
    "readers": "readers",
    "-readers": "-readers",
    "-low": "-low",
}


class ReturnsView(Screen):
    """Articles, sections, surveys and rules by how many of those touched came back."""

    template_name = "cx_feedback/loyalty/admin/returns.html"
    page_title = gettext_lazy("What brings readers back")
    tab = "returns"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        kind = asked.get("kind") if asked.get("kind") in KINDS else Kind.ARTICLE
        order = ORDERS.get(asked.get("ordering", ""), "-low")
        found = selectors.effects(str(kind)).order_by(order, "pk")
        page = Paginator(found, PER_PAGE).get_page(asked.get("p"))
        rows = selectors.named(list(page.object_list))
        everybody = selectors.everybody()
        return {
            **super().get_context_data(**kwargs),
            "kinds": [Tab(str(one.label), f"?kind={one.value}", one == kind) for one in KINDS],
            "kind": str(kind),
            "order": order,
            "page": page,
            "rows": [_row(row) for row in rows],
            "summary": _summary(str(kind), page.paginator.count),
            "picture": _picture(rows[:DRAWN]),
            "everybody": everybody and _row(NamedEffect(everybody, None)),
            "hidden": selectors.hidden(str(kind)),
            "shown_from": SHOWN_FROM,
        }


def _summary(kind: str, causes: int) -> list[str]:
    if not causes:
        return []
    more, fewer = selectors.standing_out(kind)
    return summary_words([_quoted(row) for row in more], [_quoted(row) for row in fewer], causes)


def _quoted(row: NamedEffect) -> str:
    return pgettext("loyalty", "“%s”") % _title(row)


def _title(row: NamedEffect) -> str:
    if row.name is not None:
        return row.name.title
    return _("No longer there (%d)") % row.effect.cause_id


def _row(row: NamedEffect) -> dict[str, Any]:
    effect = row.effect
    return {
        "effect": effect,
        "title": _title(row),
        "url": row.name.url if row.name else "",
        "share": percent(effect.share),
        "expected": percent(effect.expected),
        "difference": points(effect.difference),
        "interval": interval(row.difference),
        "words": effect_words(row.difference),
        "tone": "" if not row.difference.says_something else ("up" if effect.low > 0 else "down"),
    }


def _picture(rows: list[NamedEffect]) -> SafeString | None:
    if not rows:
        return None
    return draw_bars(
        _("More (or fewer) who came back than expected, in percentage points (readers)"),
        [
            Bar(
                _title(row),
                100 * row.effect.difference,
                100 * row.effect.low,
                100 * row.effect.high,
                f"({row.effect.readers})",
            )
            for row in rows
        ],
    )


class ExperimentsView(Screen):
    """Each rule that holds readers back: both groups, and whether they say anything."""

    template_name = "cx_feedback/loyalty/admin/experiments.html"
    page_title = pgettext_lazy("loyalty", "Experiments")
    tab = "experiments"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = [_card(one) for one in selectors.experiments()]
        return {**super().get_context_data(**kwargs), "experiments": found}


def _card(found: NamedFinding) -> dict[str, Any]:
    said = found.finding
    experiment = said.experiment
    title = (
        found.name.title
        if found.name
        else pgettext("loyalty", "Rule %d, deleted") % experiment.rule_id
    )
    picture = None
    if said.written_share is not None and said.held_share is not None:
        picture = draw_bars(
            pgettext("loyalty", "Came again"),
            [
                _bar(
                    pgettext("loyalty", "Written to"),
                    experiment.written_returned,
                    experiment.written,
                ),
                _bar(
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
        "words": experiment_words(said),
        "picture": picture,
    }


def _bar(label: str, returned: int, readers: int) -> Bar:
    low, high = wilson(returned, readers)
    return Bar(label, 100 * returned / readers, 100 * low, 100 * high, f"({returned}/{readers})")
