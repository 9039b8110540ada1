"""The exports page: requesting, watching, cancelling and downloading exports."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.admin import messages

from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.tables.cell_safety import Separator
from cx_feedback.surveys import permissions
from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.results.tabs.base_view import TabView


class ExportsView(TabView):
    required_permission = permissions.EXPORT
    tab = "results_exports"
    content = "cx_feedback/surveys/admin/results/exports.html"
    filterable = False

    def figures(self) -> dict[str, Any]:
        found = list(self.object.exports.select_related("user").order_by("-pk")[:50])
        return {
            "exports": found,
            "live": any(export.is_in_progress for export in found),
            "formats": Export.Format.choices,
            "headings": Export.Headings.choices,
            "separators": Separator.choices,
            "separator": Separator.usual().value,
            "may_see_texts": permissions.VIEW_TEXTS.is_granted_to(self.request.user),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Request an export, or cancel one."""
        if cancelled := request.POST.get("cancel", ""):
            found = self.object.exports.filter(pk=parse_id(cancelled))
            exports.cancel_export(export=get_object_or_404(found))
            messages.success(request, _("The export was cancelled."))
            return redirect(self.url(self.tab))
        format, headings = (request.POST.get(name, "") for name in ("format", "headings"))
        if format not in Export.Format.values or headings not in Export.Headings.values:
            messages.error(request, _("Choose a format and the headings."))
            return redirect(self.url(self.tab))
        exports.request_export(
            survey=self.object,
            user=request.user,
            format=format,
            headings=headings,
            separator=Separator.named(request.POST.get("separator", "")),
            with_texts=bool(request.POST.get("texts"))
            and permissions.VIEW_TEXTS.is_granted_to(request.user),
        )
        messages.success(request, _("The export is being written. This page shows its progress."))
        return redirect(self.url(self.tab))


class DownloadView(ExportsView):
    """Downloads a file; one with texts only for users who may see texts now."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        ready = self.object.exports.filter(state=Export.State.DONE)
        export = get_object_or_404(ready, pk=kwargs["export"])
        if export.with_texts:
            permissions.VIEW_TEXTS.require(request.user)
        exports.note_download(export=export, user=request.user)
        kinds = {"csv": "text/csv; charset=utf-8"}
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = StreamingHttpResponse(
            exports.content_of(export), content_type=kinds.get(export.format, sheet)
        )
        name = f"{slugify(str(self.object)) or 'survey'}-{export.created_at:%Y-%m-%d}"
        response["Content-Disposition"] = f'attachment; filename="{name}.{export.format}"'
        response["Content-Length"] = str(export.size)
        response["Cache-Control"] = "private, no-store"
        return response
