"""The answers of one page's readers, without texts, for users who may edit the page."""

from typing import Any

import swapper
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.surveys import permissions
from cx_feedback.surveys.results import charts, results_by_page
from cx_feedback.surveys.results.thresholds import SHOW_FROM


class PageResultsView(PermissionCheckMixin, WagtailAdminTemplateMixin, TemplateView):
    """The results of each survey on the page, as far as they may be shown."""

    required_permission = permissions.VIEW_PAGE_RESULTS
    template_name = "cx_feedback/surveys/admin/page_results.html"
    page_title = gettext_lazy("What readers of this page answered")
    header_icon = "form"

    @cached_property
    def page(self) -> Any:
        model = swapper.load_model("wagtailcore", "Page")
        return get_object_or_404(model, pk=self.kwargs["pk"])

    def get_permission_object(self) -> Any:
        return self.page

    def get_page_subtitle(self) -> str:
        return str(self.page)

    def get_breadcrumbs_items(self) -> Any:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            {"url": edit, "label": self.page.get_admin_display_title()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = [
            (
                survey,
                view,
                [charts.build_section(r, r.question.key in view.withheld) for r in view.questions],
            )
            for survey, view in results_by_page.get_results_on_page(self.page.pk)
        ]
        return {**super().get_context_data(**kwargs), "found": found, "show_from": SHOW_FROM}
