"""Admin viewsets of surveys: lists, forms and results, in the "Feedback" menu."""

from typing import Any, ClassVar

from django.contrib.admin.utils import quote
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import pgettext, pgettext_lazy
from wagtail.admin.ui.tables import DateColumn, LocaleColumn
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from cx_feedback.core.admin.permission_checks import RoomPermissionsMixin
from cx_feedback.core.compat import add_locale_to_url
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.http.deferred_urls import DeferredClass, deferred_view
from cx_feedback.core.wagtail_hooks import MENU_HOOK
from cx_feedback.surveys import permissions
from cx_feedback.surveys.editing import survey_list
from cx_feedback.surveys.editing.chooser import SurveyChooserViewSet
from cx_feedback.surveys.editing.survey_list import (
    WIDE_COLUMN,
    AnswersColumn,
    PagesColumn,
    StateColumn,
    annotate_answers,
    annotate_last_answer,
    annotate_pages,
    annotate_state,
)
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.results.tabs.urls import TAB_NAMES, get_tab_urls
from cx_feedback.surveys.single_responses.urls import get_response_urls


class BaseSurveyIndexView(IndexView):
    @cached_property
    def columns(self) -> list[Any]:
        """Add the language of each survey if there are several."""
        columns: list[Any] = super().columns
        if self.i18n_enabled:
            columns.insert(
                2, LocaleColumn(label=pgettext("survey", "Language"), classname=WIDE_COLUMN)
            )
        return columns

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        viewset = self.model.snippet_viewset
        for rule, name, label, icon in (
            (permissions.VIEW_RESULTS, "results", pgettext("survey", "Results"), "table"),
            (
                permissions.VIEW_RESPONSES,
                "results_responses",
                pgettext("survey", "Responses"),
                "form",
            ),
        ):
            if rule.is_granted_to(self.request.user):
                url = reverse(viewset.get_url_name(name), args=[quote(instance.pk)])
                buttons.append(Button(label, url=url, icon_name=icon, priority=15))
        return buttons


class SurveyIndexView(BaseSurveyIndexView):
    def get_add_url(self) -> Any:
        """Return the URL of the template library, which offers an empty survey too."""
        if super().get_add_url():
            gallery = self.model.snippet_viewset.get_url_name("library")
            return add_locale_to_url(self, reverse(gallery))
        return None


class BaseSurveyViewSet(RoomPermissionsMixin, SnippetViewSet):
    """Base of the viewsets of surveys and NPS widgets."""

    menu_hook = MENU_HOOK
    index_view_class = BaseSurveyIndexView
    edit_view_class = DeferredClass("cx_feedback.surveys.editing.views.BaseSurveyEditView")
    delete_view_class = DeferredClass("cx_feedback.surveys.editing.deletion.SurveyDeleteView")
    delete_template_name = "cx_feedback/surveys/admin/confirm_delete.html"
    edit_template_name = "cx_feedback/surveys/admin/edit.html"
    copy_view_enabled = True
    chooser_viewset_class = SurveyChooserViewSet
    list_display: ClassVar[list[Any]] = [
        "__str__",
        StateColumn("state", label=pgettext_lazy("survey", "Status"), sort_key="state"),
        AnswersColumn("answered", label=pgettext_lazy("survey", "Answers"), sort_key="answered"),
        DateColumn(
            "last_answer",
            label=pgettext_lazy("survey", "Last answer"),
            sort_key="last_answer",
            classname=WIDE_COLUMN,
        ),
        PagesColumn(
            "on_pages",
            label=pgettext_lazy("survey", "Pages"),
            sort_key="on_pages",
            classname=WIDE_COLUMN,
        ),
    ]
    filterset_class = survey_list.SurveyFilterSet
    search_fields: ClassVar[list[str]] = ["title"]
    results_view_class: Any
    #: The name of the URL of the form on a page of its own.
    ask_url_name: ClassVar[str] = "cx_feedback:survey-ask"
    #: The names of the results pages that are tabs.
    results_tabs: ClassVar[frozenset[str]] = frozenset({"results", "results_responses"})

    def get_queryset(self, request: Any) -> Any:
        surveys = self.model._default_manager.select_related("latest_revision")
        for annotated in (annotate_answers, annotate_last_answer, annotate_state, annotate_pages):
            surveys = annotated(surveys)
        return surveys

    @property
    def results_view(self) -> Any:
        return self.construct_view(
            self.results_view_class,
            viewset=self,
            index_url_name=self.get_url_name("list"),
            edit_url_name=self.get_url_name("edit"),
            usage_url_name=self.get_url_name("usage"),
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        patterns: list[URLPattern] = super().get_urlpatterns()
        views = "cx_feedback.surveys.editing.link_views"
        shared = {"viewset": self, "required_permission": self.model_permissions.change}
        return [
            *patterns,
            path("results/<int:pk>/", self.results_view, name="results"),
            path("link/<int:pk>/", deferred_view(f"{views}.LinkView", **shared), name="link"),
            path(
                "link/<int:pk>/qr/", deferred_view(f"{views}.QRCodeView", **shared), name="link_qr"
            ),
            *get_response_urls(self),
        ]


@clean_requests
class SurveyViewSet(BaseSurveyViewSet):
    model = Survey
    model_permissions = permissions.SURVEYS
    icon = "form"
    menu_label = pgettext_lazy("survey", "Surveys")
    menu_order = 100
    base_url_path = "cx-feedback/surveys"
    results_view_class = DeferredClass(
        "cx_feedback.surveys.results.tabs.overview.SurveyResultsView"
    )
    index_view_class = SurveyIndexView
    results_tabs = BaseSurveyViewSet.results_tabs | TAB_NAMES
    edit_view_class = DeferredClass("cx_feedback.surveys.editing.views.SurveyEditView")

    def get_urlpatterns(self) -> list[URLPattern]:
        shared = {"viewset": self}
        return [
            *super().get_urlpatterns(),
            *get_tab_urls(self),
            path(
                "restore/<int:pk>/",
                deferred_view("cx_feedback.surveys.editing.views.RestoreView", **shared),
                name="restore",
            ),
            path(
                "library/",
                deferred_view("cx_feedback.surveys.library.views.GalleryView", **shared),
                name="library",
            ),
            path(
                "library/<slug:name>/",
                deferred_view("cx_feedback.surveys.library.views.PreviewView", **shared),
                name="library_preview",
            ),
            path(
                "library/<slug:name>/use/",
                deferred_view("cx_feedback.surveys.library.views.CreateDraftView", **shared),
                name="library_use",
            ),
        ]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).filter(kind=Survey.SURVEY)
