"""The screen "Did it help?"."""

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
    Group,
    NextScores,
    Returns,
    Verdict,
    compare_returns,
)
from cx_feedback.conversations.effects.effect_format import (
    format_count,
    format_interval,
    format_points,
    format_share,
)
from cx_feedback.conversations.experiment.experiment_text import describe_experiment
from cx_feedback.conversations.experiment.group_comparison import compare_halves
from cx_feedback.conversations.figure_tables import FigureRow, FigureTable
from cx_feedback.conversations.inbox.inbox_views import INBOX_URL, EditorViewMixin
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.charts import format_figure

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
        now = timezone.now()
        found = measure_effects(scope=self.scope, now=now)
        experiment = found.span and compare_halves(scope=self.scope, span=found.span, now=now)
        return {
            **super().get_context_data(**kwargs),
            "span": found.span,
            "is_empty": found.is_empty,
            "tables": _build_tables(found),
            "experiment": experiment and describe_experiment(experiment),
            "comparisons": _describe_comparisons(found),
            "shown_from": SHOW_FROM,
            "judged_from": JUDGE_FROM,
        }


def _build_tables(found: AnswerEffects) -> list[FigureTable]:
    readers = pgettext("conversation", "Readers")
    return [
        FigureTable(
            pgettext("conversation", "Did they come back?"),
            (
                readers,
                pgettext("conversation", "Came back"),
                pgettext("conversation", "Expected before"),
                pgettext("conversation", "Difference, in points"),
                pgettext("conversation", "Verdict"),
            ),
            [_build_return_row(group, row) for group, row in found.returns.items()],
            ends_with_words=True,
        ),
        FigureTable(
            pgettext("conversation", "What do they say next time?"),
            (readers, pgettext("conversation", "NPS")),
            [_build_score_row(group, row) for group, row in found.scores.items()],
            note=_(
                "The first Net Promoter Score that they gave after the answer, or after the "
                "promised time without one. Whoever wrote because of a low score often gives a "
                "higher one the next time anyhow."
            ),
        ),
    ]


def _build_return_row(group: Group, found: Returns) -> FigureRow:
    difference = found.difference
    if difference is None:
        nothing = format_figure(None)
        cells = [(nothing, "")] * 3 + [(_describe_verdict(Verdict.TOO_FEW), "")]
    else:
        cells = [
            (format_share(found.share), " … ".join(format_share(end) for end in found.interval)),
            (format_share(found.expected_share), ""),
            (format_points(difference.value), format_interval(difference)),
            (_describe_verdict(difference.verdict), ""),
        ]
    return FigureRow(LABELS[group], [(format_count(found.n), ""), *cells])


def _build_score_row(group: Group, found: NextScores) -> FigureRow:
    note = ""
    if found.interval is not None:
        note = " … ".join(format_figure(round(end)) for end in found.interval)
    value = format_figure(None if found.value is None else round(found.value))
    return FigureRow(LABELS[group], [(format_count(found.n), ""), (value, note)])


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
            "points": format_points(difference.value),
            "interval": format_interval(difference),
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
