"""Hooks that add this room to the Wagtail admin."""

from typing import Any

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.compare import register_comparison_class
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet

from cx_feedback.core.http.admin_requests import clean_requests_of_patterns
from cx_feedback.core.permissions import get_permission_rows
from cx_feedback.surveys import permissions
from cx_feedback.surveys.editing.deletion import SurveyDeleteBulkAction
from cx_feedback.surveys.editing.version_comparison import QuestionsComparison, QuotasComparison
from cx_feedback.surveys.questions.stream_field import QuestionsField, QuotasField
from cx_feedback.surveys.viewsets import SurveyViewSet

register_snippet(SurveyViewSet)
register_comparison_class(QuestionsField, comparison_class=QuestionsComparison)
register_comparison_class(QuotasField, comparison_class=QuotasComparison)
# After Wagtail's own deletion of snippets: the last of a name counts.
hooks.register("register_bulk_action", SurveyDeleteBulkAction, order=100)


@hooks.register("register_permissions")
def register_permissions() -> Any:
    """Offer the permissions on answers in the settings of groups."""
    return get_permission_rows(*permissions.GRANTED_PERMISSIONS)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    from cx_feedback.surveys.results import admin_urls

    return clean_requests_of_patterns([path("cx-feedback/surveys/", include(admin_urls))])


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name exports and decisions on responses for Wagtail's audit log."""
    from cx_feedback.surveys.exports.services import DOWNLOAD_ACTION, REQUEST_ACTION
    from cx_feedback.surveys.single_responses import log_actions

    log_actions.register_actions(actions)

    actions.register_action(
        REQUEST_ACTION,
        pgettext_lazy("survey", "Export responses"),
        _("Export of responses requested"),
    )
    actions.register_action(
        DOWNLOAD_ACTION,
        pgettext_lazy("survey", "Download export"),
        _("Export of responses downloaded"),
    )


@hooks.register("construct_homepage_panels")
def add_recent_responses(request: Any, panels: list[Any]) -> None:
    from cx_feedback.surveys.results.home_panel import RecentResponsesPanel

    if permissions.VIEW_RESULTS.is_granted_to(request.user):
        panels.append(RecentResponsesPanel())


@hooks.register("register_page_header_buttons")
def add_page_results(page: Any, user: Any, view_name: str, next_url: Any = None) -> Any:
    """Link a page's edit view to the answers of its readers, if there are any."""
    from cx_feedback.surveys.results import results_by_page

    if view_name != "edit" or page.pk is None:
        return
    granted = permissions.VIEW_PAGE_RESULTS.is_granted_to(user, page)
    if granted and results_by_page.get_surveys_answered_on(page.pk):
        url = reverse("cx_surveys:page", args=[page.pk])
        yield Button(
            pgettext_lazy("survey", "What readers answered"), url=url, icon_name="form", priority=85
        )
