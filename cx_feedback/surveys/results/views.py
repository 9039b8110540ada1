"""The editor's page of results."""

from dataclasses import dataclass
from typing import Any, ClassVar

import swapper
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cx_feedback.core.charts import Bar, bars
from cx_feedback.surveys import permissions, selectors
from cx_feedback.surveys.questions.base import Result
from cx_feedback.surveys.results.summary import results_of
from cx_feedback.surveys.results.texts import Text, latest_texts
from cx_feedback.surveys.scores import SHOW_FROM


class ResultsView(WagtailAdminTemplateMixin, TemplateView):
    """The frame of a results page; its viewset gives the names of the other pages."""

    viewset: Any = None
    index_url_name = edit_url_name = usage_url_name = ""
    header_icon = "table"
    page_title = gettext_lazy("Results")
    #: The name of the block to put on a page, for a survey that nobody has answered yet.
    block_label: ClassVar[Any] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not permissions.may_see_results(request.user):
            raise PermissionDenied
        self.object = get_object_or_404(self.viewset.get_queryset(request), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> Any:
        edit = reverse(self.edit_url_name, args=[self.object.pk])
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse(self.index_url_name),
                "label": self.viewset.model._meta.verbose_name_plural,
            },
            {"url": edit, "label": str(self.object)},
            {"url": "", "label": self.get_page_title(), "sublabel": str(self.object)},
        ]

    @property
    def header_buttons(self) -> list[Any]:
        edit = reverse(self.edit_url_name, args=[self.object.pk])
        return [HeaderButton(_("Edit"), url=edit, icon_name="edit")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "object": self.object,
            "block_label": self.block_label,
            "edit_url": reverse(self.edit_url_name, args=[self.object.pk]),
            "usage_url": reverse(self.usage_url_name, args=[self.object.pk]),
            "show_from": SHOW_FROM,
            "together": len(selectors.family_of(self.object)) > 1,
        }


@dataclass(frozen=True)
class Section:
    """One question on the page."""

    result: Result
    picture: SafeString | None
    score: str
    texts: list[Text]


class SurveyResultsView(ResultsView):
    template_name = "cx_feedback/surveys/admin/results.html"
    block_label = gettext_lazy("Survey")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        results = results_of(survey=self.object)
        family = selectors.family_of(self.object)
        sections = [_section(result, family) for result in results.questions]
        shown = [text for section in sections for text in section.texts]
        return {
            **super().get_context_data(**kwargs),
            "results": results,
            "sections": sections,
            "pages": pages_of(shown),
            "few": 0 < results.n < SHOW_FROM,
        }


def _section(result: Result, family: list[int]) -> Section:
    texts = (
        latest_texts(survey_ids=family, question=result.question.key)
        if result.has_texts and result.n
        else []
    )
    picture = None
    if result.rows and result.shown:
        picture = bars(_("Share of answers"), [_bar(row) for row in result.rows], "%", 100)
    return Section(result, picture, score_words(result), texts)


def _bar(row: Any) -> Bar:
    label = _("%(label)s (no longer offered)") % {"label": row.label} if row.retired else row.label
    return Bar(label, row.share.value or 0, row.share.low, row.share.high, f"({row.count})")


def score_words(result: Result) -> str:
    """Return a result's score in words, with its interval; "" while it is hidden."""
    score = result.score
    if score is None or not score.shown:
        return ""
    value, low, high = (
        number_format(figure or 0, result.score_places)
        for figure in (score.value, score.low, score.high)
    )
    words = _("%(label)s: %(value)s (95 %% interval %(low)s to %(high)s)") % {
        "label": result.score_label,
        "value": value,
        "low": low,
        "high": high,
    }
    return f"{words}. {few_words(score.n)}" if score.low_confidence else words


def few_words(n: int) -> str:
    """Return the warning that a score rests on few answers."""
    return ngettext(
        "Low confidence: only %(n)d answer.", "Low confidence: only %(n)d answers.", n
    ) % {"n": n}


def pages_of(texts: Any) -> dict[int, Any]:
    """Return the pages on which these texts were written, by id; one query."""
    ids = {text.page_id for text in texts if text.page_id}
    return swapper.load_model("wagtailcore", "Page").objects.in_bulk(ids) if ids else {}
