"""The screen of officers: a person's data by address or key, its export and its erasure.

The address is sent by POST, so that it is in no URL, no history and no log of a web server.
"""

import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.errors import Conflict, InvalidInput
from cx_feedback.core.pages import site_time
from cx_feedback.core.privacy import documents
from cx_feedback.core.privacy.expiry import preview_expiries
from cx_feedback.readers.permissions import MANAGE_PERSONAL_DATA
from cx_feedback.readers.privacy import officers

RETENTION = "cx_privacy:retention"


class PersonView(PermissionCheckMixin, WagtailAdminTemplateMixin, TemplateView):
    """Find a person, look at what is held, export it or erase it."""

    required_permission: ClassVar[Any] = MANAGE_PERSONAL_DATA
    template_name = "cx_feedback/readers/admin/person.html"
    page_title = pgettext_lazy("personal data", "Personal data")
    header_icon = "user"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[Any]:
        return get_breadcrumbs(self)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "retention_url": reverse(RETENTION)}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do what the button says with the person whose address or key was entered."""
        sought = request.POST.get("person", "")
        try:
            return self._get_action(request)(sought)
        except InvalidInput as error:
            if isinstance(error, officers.NobodyFound):
                officers.log_fruitless_search(officer=request.user)
            return self._show(sought, errors=error.fields.get("person", []))
        except Conflict as error:
            messages.warning(request, str(error.detail))
            return self._find(sought)

    def _get_action(self, request: HttpRequest) -> Any:
        actions = {"export": self._export, "erase": self._erase}
        return actions.get(request.POST.get("do", ""), self._find)

    def _find(self, sought: str) -> HttpResponse:
        found = officers.find_person(sought=sought)
        officers.log_search(found=found, officer=self.request.user)
        return self._show(sought, found=found)

    def _export(self, sought: str) -> HttpResponse:
        found = officers.find_person(sought=sought)
        content = officers.export_found(found=found, officer=self.request.user)
        response = HttpResponse(content, content_type="application/json")
        response["Content-Disposition"] = 'attachment; filename="personal-data.json"'
        return response

    def _erase(self, sought: str) -> HttpResponse:
        if not self.request.POST.get("sure"):
            messages.error(self.request, _("Tick that it can't be undone."))
            return self._find(sought)
        seen = self.request.POST.get("seen", "")
        counts = officers.erase_found(sought=sought, seen=seen, officer=self.request.user)
        messages.success(self.request, _("The person is erased."))
        return self._show("", erased={name: n for name, n in counts.items() if n})

    def _show(self, sought: str, **context: Any) -> HttpResponse:
        context = {**self.get_context_data(), "sought": sought, **context}
        response: HttpResponse = self.render_to_response(context)
        response["Cache-Control"] = "no-store"
        return response


class RetentionView(PermissionCheckMixin, WagtailAdminTemplateMixin, TemplateView):
    """The preview of what ends by itself tonight, and the documents made of the declaration."""

    required_permission: ClassVar[Any] = MANAGE_PERSONAL_DATA
    template_name = "cx_feedback/readers/admin/retention.html"
    page_title = pgettext_lazy("personal data", "Retention and documents")
    header_icon = "date"
    _show_breadcrumbs = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page, or hand out a document."""
        build = DOCUMENTS.get(request.GET.get("document", ""))
        if build is None:
            return super().get(request, *args, **kwargs)
        response = HttpResponse(build(), content_type="text/markdown; charset=utf-8")
        name = request.GET["document"]
        response["Content-Disposition"] = f'attachment; filename="privacy-{name}.md"'
        return response

    def get_breadcrumbs_items(self) -> list[Any]:
        person = (reverse("cx_privacy:person"), PersonView.page_title)
        return get_breadcrumbs(self, person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        previews = preview_expiries(now=get_next_night())
        total = sum(one.count for one in previews)
        return {**super().get_context_data(**kwargs), "previews": previews, "total": total}


DOCUMENTS = {
    "record": documents.build_processing_record,
    "notice": documents.build_notice_blocks,
}


def get_next_night() -> datetime.datetime:
    """Return the moment of the next nightly deletion."""
    at = site_time.localtime().replace(hour=1, minute=40, second=0, microsecond=0)
    return at if at > timezone.now() else at + datetime.timedelta(days=1)
