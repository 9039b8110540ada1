"""The overview: tiers, expected and actual returns, cohorts."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.core.admin.charts import (
    Bar,
    Line,
    draw_bars,
    draw_heat_map,
    draw_lines,
)
from cx_feedback.core.statistics import wilson_interval
from cx_feedback.core.text.number_format import format_decimal, format_percentage
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.models import Fit
from cx_feedback.loyalty.permissions import VIEW_READER
from cx_feedback.loyalty.reports import cohorts, expected_returns
from cx_feedback.loyalty.reports.expected_returns import Expectation
from cx_feedback.loyalty.reports.insufficient_data import find_obstacle
from cx_feedback.loyalty.reports.site_changes import describe_changes
from cx_feedback.loyalty.reports.wording import (
    describe_accuracy,
    describe_failures,
    describe_tiers,
    get_doubts,
)
from cx_feedback.loyalty.scoring.runs import get_last_runs
from cx_feedback.loyalty.scoring.tier_rules import Tier
from cx_feedback.loyalty.selectors import Overview
from cx_feedback.loyalty.site_settings import get_loyalty_config
from cx_feedback.loyalty.views.base import LoyaltyTemplateView, get_settings_url

#: Tiers drawn over time. One-time and lapsed readers outnumber all others and would flatten
#: their lines.
DRAWN_TIERS = (Tier.LOVER, Tier.LOYAL, Tier.CASUAL, Tier.NEW, Tier.AT_RISK, Tier.WON_BACK)

#: Tiers that are counted together as loyal.
LOYAL_TIERS = (Tier.LOYAL, Tier.LOVER)
#: Figures are compared with those of so many weeks ago.
WEEKS = 4


class OverviewView(LoyaltyTemplateView):
    """The "Loyalty" page of the Feedback menu."""

    template_name = "cx_feedback/loyalty/admin/overview.html"
    tab = "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = selectors.get_overview()
        if found is None:
            return context
        expected = expected_returns.get_expectations(found.fit)
        doubts = get_doubts(found.fit, found.check)
        return {
            **context,
            "overview": found,
            "doubts": [*doubts, *describe_failures(get_last_runs().values())],
            "obstacle": find_obstacle(found.fit),
            "changes": _list_changes(found.fit, doubts),
            "trust": describe_accuracy(found.check),
            "fit": found.fit,
            "faithful": sum(found.tiers[tier] for tier in LOYAL_TIERS),
            "faithful_change": _describe_change(found, LOYAL_TIERS),
            "at_risk": found.tiers[Tier.AT_RISK],
            "at_risk_change": _describe_change(found, [Tier.AT_RISK]),
            "readers_change": _describe_change(found, Tier),
            "tiers_chart": _draw_tiers(found),
            "history_chart": _draw_history(found),
            "names": _list_tiers(self.request.user),
            "expected_chart": _draw_expectations(expected),
            "expected_words": _describe_expectations(expected),
            "cohorts_chart": _draw_cohorts(),
            "settings_url": get_settings_url(self.request.user),
        }


def _list_changes(fit: Fit, doubts: Iterable[str]) -> list[str]:
    """Return the changes of the last weeks that no doubt names already."""
    said = " ".join(doubts)
    return [change for change in describe_changes(fit) if change not in said]


def _format_day(day: datetime.date) -> str:
    return date_format(day, pgettext("a day and its month below a picture", "j M"))


def _describe_change(found: Overview, tiers: Iterable[Tier]) -> str:
    """Return the change in the readers of ``tiers`` since about four weeks ago, in words."""
    before = [i for i, day in enumerate(found.days) if (found.fit.as_of - day).days >= WEEKS * 7]
    if not before:
        return ""
    then = before[-1]
    more = sum(found.tiers[tier] - found.history[tier][then] for tier in tiers)
    words = {"n": format_decimal(abs(more), 0, grouped=True), "day": _format_day(found.days[then])}
    if more > 0:
        return pgettext("loyalty", "%(n)s more than on %(day)s") % words
    if more < 0:
        return pgettext("loyalty", "%(n)s fewer than on %(day)s") % words
    return _("as many as on %(day)s") % words


def _list_tiers(user: Any) -> list[dict[str, str]]:
    """Return the tiers with their meanings and, with permission, the URLs of their readers."""
    url = reverse("cx_loyalty:readers") if VIEW_READER.is_granted_to(user) else ""
    words = zip(Tier, describe_tiers(get_loyalty_config().borders), strict=True)
    return [
        {"name": name, "meaning": meaning, "url": url and f"{url}?tier={tier.value}"}
        for tier, (name, meaning) in words
    ]


def _draw_tiers(found: Overview) -> SafeString:
    total = found.fit.readers or 1
    rows = [
        Bar(tier.label, n, note=f"({format_percentage(format_decimal(100 * n / total, 0))})")
        for tier in Tier
        # Programs are no readers: said where there are some.
        if tier != Tier.PROGRAM or found.tiers[tier]
        for n in (found.tiers[tier],)
    ]
    return draw_bars(pgettext("loyalty", "Readers by tier"), rows)


def _draw_history(found: Overview) -> SafeString | None:
    if len(found.days) < 2:
        return None
    labels = [_format_day(day) for day in found.days]
    series = [
        Line(tier.label, list(zip(labels, found.history[tier], strict=True)))
        for tier in DRAWN_TIERS
    ]
    return draw_lines(_("Readers by tier over time"), series, days=found.days)


def _draw_expectations(expected: list[Expectation]) -> SafeString | None:
    if len(expected) < 2:
        return None
    labels = [_format_day(one.as_of) for one in expected]
    said = [one.expected for one in expected]
    came = [one.returned for one in expected]
    return draw_lines(
        _("Readers expected back in the weeks after each day, and how many came"),
        [
            Line(
                pgettext("loyalty", "Expected"),
                list(zip(labels, said, strict=True)),
                [(one.low, one.high) for one in expected],
            ),
            Line(pgettext("loyalty", "Came"), list(zip(labels, came, strict=True))),
        ],
        days=[one.as_of for one in expected],
    )


def _describe_expectations(expected: list[Expectation]) -> str:
    over = [one for one in expected if one.held is not None]
    if not over:
        return ""
    return _(
        "In %(held)d of %(n)d forecasts so far, the number of readers who came was within "
        "the range. It should be in 19 of 20."
    ) % {
        "n": len(over),
        "held": sum(bool(one.held) for one in over),
    }


def _draw_cohorts() -> SafeString | None:
    shown = cohorts.get_shown_cohorts()
    if not shown:
        return None
    width = max(len(cohort.active) for cohort in shown)
    shares: list[list[float | None]] = []
    ranges: list[list[tuple[float, float] | None]] = []
    for cohort in shown:
        gap: list[None] = [None] * (width - len(cohort.active))
        shares.append([*(100 * n / cohort.readers for n in cohort.active), *gap])
        ends = [wilson_interval(n, cohort.readers) for n in cohort.active]
        ranges.append([*((100 * low, 100 * high) for low, high in ends), *gap])
    return draw_heat_map(
        _("Of the new readers of a month, how many percent came in the months after it"),
        [
            pgettext("loyalty", "%(month)s (%(readers)d readers)")
            % {"month": date_format(c.month, "F Y"), "readers": c.readers}
            for c in shown
        ],
        [f"+{k}" for k in range(1, width + 1)],
        shares,
        unit="%",
        intervals=ranges,
    )
