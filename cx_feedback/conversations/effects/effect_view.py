"""The screen "Did it help?"."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.conversations.effects.answer_effects import AnswerEffects, measure_effects
from cx_feedback.conversations.effects.effect_figures import (
    JUDGE_FROM,
    SHOW_FROM,
    Difference,
    Group,
    NextScores,
    Returns,
    Verdict,
    compare_returns,
)
from cx_feedback.conversations.inbox.inbox_views import INBOX_URL, EditorViewMixin
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.charts import format_figure
from cx_feedback.core.text.number_format import format_decimal

LABELS = {
    Group.ON_TIME: pgettext_lazy("conversation", "Answered on time"),
    Group.LATE: pgettext_lazy("conversation", "Answered late"),
    Group.NEVER: pgettext_lazy("conversation", "Never answered"),
}


class AnswerEffectsView(EditorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """Returns and next scores of readers, by how they were answered."""

    template_name = "cx_feedback/conversations/admin/effects.html"
    page_title = pgettext_lazy("conversation", "Did it help?")
    header_icon = "rotate"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        inbox = (reverse(INBOX_URL), pgettext("conversation", "Conversations"))
        return get_breadcrumbs(self, inbox)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = measure_effects(scope=self.scope, now=timezone.now())
        return {
            **super().get_context_data(**kwargs),
            "span": found.span,
            "is_empty": found.is_empty,
            "returns": [_build_return_row(group, row) for group, row in found.returns.items()],
            "scores": [_build_score_row(group, row) for group, row in found.scores.items()],
            "comparisons": _describe_comparisons(found),
            "shown_from": SHOW_FROM,
            "judged_from": JUDGE_FROM,
        }


@dataclass(frozen=True)
class EffectRow:
    """A row of a table: a group, and its cells as pairs of a figure and a note."""

    label: Any
    cells: list[tuple[str, str]]


def _build_return_row(group: Group, found: Returns) -> EffectRow:
    difference = found.difference
    if difference is None:
        nothing = format_figure(None)
        cells = [(nothing, "")] * 3 + [(_describe_verdict(Verdict.TOO_FEW), "")]
    else:
        cells = [
            (_format_share(found.share), " … ".join(_format_share(end) for end in found.interval)),
            (_format_share(found.expected_share), ""),
            (_format_points(difference.value), _format_interval(difference)),
            (_describe_verdict(difference.verdict), ""),
        ]
    return EffectRow(LABELS[group], [(_format_count(found.n), ""), *cells])


def _build_score_row(group: Group, found: NextScores) -> EffectRow:
    note = ""
    if found.interval is not None:
        note = " … ".join(format_figure(round(end)) for end in found.interval)
    value = format_figure(None if found.value is None else round(found.value))
    return EffectRow(LABELS[group], [(_format_count(found.n), ""), (value, note)])


def _format_count(n: int) -> str:
    """Return the number of a group, without telling how few are in a small one."""
    return str(n) if n >= SHOW_FROM or not n else f"< {SHOW_FROM}"


def _format_share(share: float) -> str:
    return format_figure(round(100 * share), "%")


def _format_points(value: float) -> str:
    rounded = round(100 * value, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{format_decimal(abs(rounded), 1)}"


def _format_interval(found: Difference) -> str:
    return f"{_format_points(found.low)} … {_format_points(found.high)}"


def _describe_verdict(verdict: Verdict) -> str:
    return {
        Verdict.MORE: pgettext("conversation", "More than expected"),
        Verdict.FEWER: pgettext("conversation", "Fewer than expected"),
        Verdict.UNCLEAR: pgettext("conversation", "May be chance"),
        Verdict.TOO_FEW: pgettext("conversation", "Too few readers"),
    }[verdict]


def _describe_comparisons(found: AnswerEffects) -> list[str]:
    """Return sentences on who was answered on time against the other two groups."""
    on_time = found.returns.get(Group.ON_TIME, Returns())
    said = []
    for group in (Group.LATE, Group.NEVER):
        difference = compare_returns(on_time, found.returns.get(group, Returns()))
        if difference is None or difference.verdict == Verdict.TOO_FEW:
            continue
        figures = {
            "group": str(LABELS[group]).lower(),
            "points": _format_points(difference.value),
            "interval": _format_interval(difference),
        }
        if difference.verdict == Verdict.MORE:
            figures["points"] = figures["points"].removeprefix("+")
        said.append(_describe_comparison(difference.verdict) % figures)
    return said


def _describe_comparison(verdict: Verdict) -> str:
    return {
        Verdict.MORE: _(
            "Answered on time against %(group)s: %(points)s percentage points more came back, "
            "beyond what was expected of both (95%% interval %(interval)s)."
        ),
        Verdict.FEWER: _(
            "Answered on time against %(group)s: %(points)s percentage points, so fewer came "
            "back, beyond what was expected of both (95%% interval %(interval)s)."
        ),
        Verdict.UNCLEAR: _(
            "Answered on time against %(group)s: no clear difference beyond what was expected of "
            "both (%(points)s percentage points, 95%% interval %(interval)s)."
        ),
    }[verdict]
