"""The Health page of the admin: what ``cx_doctor`` says, for those who may see it.

The examinations run on a POST: they render pages, send forms and write rows, which are taken back.
"""

import logging
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.health.registry import get_examinations
from cx_feedback.core.health.runner import run_examinations
from cx_feedback.readers.permissions import VIEW_HEALTH

logger = logging.getLogger(__name__)


class HealthView(PermissionCheckMixin, WagtailAdminTemplateMixin, TemplateView):
    """Examine the installation and show what is wrong."""

    required_permission: ClassVar[Any] = VIEW_HEALTH
    template_name = "cx_feedback/readers/admin/health.html"
    page_title = pgettext_lazy("installation", "Health")
    header_icon = "circle-check"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[Any]:
        return get_breadcrumbs(self)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {"results": None, "examinations": get_examinations(), **context}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Run all examinations and show their results."""
        results = list(run_examinations())
        for result in results:
            if result.stack:
                name = result.examination.name
                logger.error("The examination %s failed\n%s", name, result.stack)
        context = self.get_context_data(
            results=results,
            found=[(one.examination, each) for one in results for each in one.findings],
            good=[one.examination for one in results if not one.findings],
            seconds=round(sum(one.seconds for one in results), 1),
        )
        return self.render_to_response(context)
