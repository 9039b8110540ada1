"""The chooser of surveys and NPS widgets: live ones first, with their states."""

import datetime
from typing import Any

from django import forms
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms.choosers import BaseFilterForm, LocaleFilterMixin
from wagtail.admin.ui.tables import Column, DateColumn, LocaleColumn
from wagtail.snippets.views import chooser
from wagtail.snippets.widgets import AdminSnippetChooser

from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.text.text_folding import fold_letters
from cx_feedback.surveys.editing.state_text import describe_chosen, describe_state
from cx_feedback.surveys.editing.survey_list import (
    WIDE_COLUMN,
    SurveyState,
    annotate_answers,
    annotate_state,
)
from cx_feedback.surveys.results.thresholds import SHOW_FROM

#: Live surveys come first, those that will be live next.
_ORDER = (SurveyState.LIVE, SurveyState.SCHEDULED, SurveyState.DRAFT, SurveyState.CLOSED)


class SearchForm(BaseFilterForm):
    """Finds words in titles, without regard to case and accents."""

    q = forms.CharField(
        label=_("Search term"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "placeholder": pgettext_lazy("survey", "Search"),
                "data-chooser-modal-search-filter": True,
            }
        ),
    )

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        objects = super().filter(objects)
        words = fold_letters(self.cleaned_data.get("q", "")).split()
        if words:
            self.is_searching, self.search_query = True, self.cleaned_data["q"]
            titles = objects.order_by().values_list("pk", "title")
            found = (
                pk for pk, title in titles if all(word in fold_letters(title) for word in words)
            )
            objects = objects.filter(pk__in=list(found))
        return objects


class LocalizedSearchForm(LocaleFilterMixin, SearchForm):
    """The search with a filter by language, for sites with several."""


def list_for_chooser(surveys: QuerySet[Any]) -> QuerySet[Any]:
    """Return surveys with states and answers, live ones first, then the newest."""
    ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(_ORDER)]
    annotated = annotate_state(annotate_answers(surveys)).select_related("latest_revision")
    return annotated.order_by(Case(*ranks, output_field=IntegerField()), "-pk")


def _get_answers(survey: Any) -> str:
    """Return the number of answers, as in all results none of few."""
    return f"< {SHOW_FROM}" if 0 < survey.answered < SHOW_FROM else str(survey.answered)


def _get_update(survey: Any) -> datetime.datetime | None:
    found: datetime.datetime | None = (
        survey.latest_revision.created_at if survey.latest_revision else survey.last_published_at
    )
    return found


class _SurveysMixin:
    """The list of both views of the chooser."""

    def get_object_list(self) -> QuerySet[Any]:
        surveys = super().get_object_list()  # type: ignore[misc]
        kind = self.model_class().kind  # type: ignore[attr-defined]
        return list_for_chooser(surveys.filter(kind=kind))

    def get_filter_form_class(self) -> type[forms.Form]:
        return LocalizedSearchForm if self.i18n_enabled else SearchForm  # type: ignore[attr-defined]

    @property
    def columns(self) -> list[Column]:
        columns = [
            self.title_column,  # type: ignore[attr-defined]
            Column("state", label=pgettext_lazy("survey", "Status"), accessor=describe_state),
            Column(
                "answered",
                label=pgettext_lazy("survey", "Answers"),
                accessor=_get_answers,
                classname=WIDE_COLUMN,
            ),
            DateColumn("updated", label=_("Updated"), accessor=_get_update, classname=WIDE_COLUMN),
        ]
        if self.i18n_enabled:  # type: ignore[attr-defined]
            columns.append(LocaleColumn(sort_key=None, classname=WIDE_COLUMN))
        return columns


class SurveyChooseView(_SurveysMixin, chooser.ChooseView):
    pass


class SurveyChooseResultsView(_SurveysMixin, chooser.ChooseResultsView):
    pass


class _ChosenMixin:
    """Names what was chosen with its state."""

    def get_display_title(self, instance: Any) -> str:
        return describe_chosen(instance)


class SurveyChosenView(_ChosenMixin, chooser.SnippetChosenView):
    pass


class SurveyChosenMultipleView(_ChosenMixin, chooser.SnippetChosenMultipleView):
    pass


class SurveyChooserWidget(_ChosenMixin, AdminSnippetChooser):
    """The field of a page's form, which names the chosen survey with its state."""

    model: Any = None

    def __init__(self, model: Any = None, **kwargs: Any) -> None:
        super().__init__(model or self.model, **kwargs)


@clean_requests
class SurveyChooserViewSet(chooser.SnippetChooserViewSet):
    #: Wagtail's own is in the language in which the process began.
    page_title = pgettext_lazy("survey", "Choose")
    choose_view_class = SurveyChooseView
    choose_results_view_class = SurveyChooseResultsView
    chosen_view_class = SurveyChosenView
    chosen_multiple_view_class = SurveyChosenMultipleView

    @cached_property
    def widget_class(self) -> Any:
        """Return the class of the field; Wagtail 7.4 has an instance of its own here."""
        name = f"{self.model.__name__}ChooserWidget"
        return type(name, (SurveyChooserWidget,), {"model": self.model, "icon": self.icon})
