"""The editor's overview: who stands how, who is expected, who slips away, and can it be trusted."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.core.charts import Bar, Line, bars, lines
from cx_feedback.loyalty import selectors
from cx_feedback.loyalty.checking import HoldoutCheck
from cx_feedback.loyalty.permissions import may_name_readers, may_see_loyalty
from cx_feedback.loyalty.selectors import Overview, ReaderScore
from cx_feedback.loyalty.tiers import Borders, Tier
from cx_feedback.loyalty.wording import check_words, habit_words, quality_words, tier_words

PER_PAGE = 25
#: Drawn over time; fly-bys and the lost outnumber all others and would flatten their lines.
DRAWN = (Tier.LOVER, Tier.LOYAL, Tier.CASUAL, Tier.NEW, Tier.AT_RISK, Tier.WON_BACK)


@dataclass(frozen=True)
class Row:
    """A reader at risk on the page; ``name`` is empty for those without the right to know."""

    name: str
    score: ReaderScore
    habit: str

    @property
    def percent(self) -> float | None:
        """The probability of a return in percent."""
        return None if self.score.p_return is None else 100 * self.score.p_return


class OverviewView(WagtailAdminTemplateMixin, TemplateView):
    """The "Loyalty" page of the Feedback menu."""

    template_name = "cx_feedback/loyalty/admin/overview.html"
    page_title = gettext_lazy("Loyalty")
    header_icon = "cx-heart"
    _show_breadcrumbs = True
    breadcrumbs_items: ClassVar[list[Any]] = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": "", "label": gettext_lazy("Loyalty")},
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_see_loyalty(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        found = selectors.overview()
        if found is None:
            return context
        fit, named = found.fit, may_name_readers(self.request.user)
        page = Paginator(selectors.at_risk(), PER_PAGE).get_page(self.request.GET.get("p"))
        return {
            **context,
            "overview": found,
            "fit": fit,
            "faithful": found.tiers[Tier.LOVER] + found.tiers[Tier.LOYAL],
            "at_risk": found.tiers[Tier.AT_RISK],
            "tiers_picture": _tiers_picture(found),
            "history_picture": _history_picture(found),
            "tier_words": tier_words(Borders.of_site()),
            "page": page,
            "rows": _rows(page, found, named),
            "names_shown": named,
            "quality": quality_words(fit.quality),
            "check_words": check_words(found.check),
            "check_picture": _check_picture(found.check),
        }


def _rows(page: Page[Any], found: Overview, named: bool) -> list[Row]:
    return [
        Row(str(score.reader) if named else "", score, habit_words(score))
        for score in selectors.with_scores(page.object_list, found.fit)
    ]


def _tiers_picture(found: Overview) -> Any:
    total = found.fit.readers or 1
    rows = [
        Bar(tier.label, found.tiers[tier], note=f"({100 * found.tiers[tier] / total:.0f} %)")
        for tier in Tier
    ]
    return bars(_("Readers by tier"), rows)


def _history_picture(found: Overview) -> Any:
    if len(found.days) < 2:
        return None
    labels = [date_format(day, "j M") for day in found.days]
    series = [
        Line(tier.label, list(zip(labels, found.history[tier], strict=True))) for tier in DRAWN
    ]
    return lines(_("Readers by tier over time"), series)


def _check_picture(check: HoldoutCheck | None) -> Any:
    if check is None:
        return None
    tenths = check.model.tenths
    points = [(f"{10 * k} %", 100 * tenth.predicted) for k, tenth in enumerate(tenths, 1)]
    came = [(f"{10 * k} %", 100 * tenth.returned) for k, tenth in enumerate(tenths, 1)]
    return lines(
        _("Said and come true, by tenth of the readers, the least likely first"),
        [Line(_("The model said"), points), Line(_("Came back"), came)],
        unit="%",
    )
