"""Admin views of imports of subscribers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.core.tables.table_writer import BYTE_ORDER_MARK, CSVWriter
from cx_feedback.newsletter import permissions
from cx_feedback.newsletter.imports import services
from cx_feedback.newsletter.imports.forms import COLUMN_LABELS, ImportOptionsForm, UploadForm
from cx_feedback.newsletter.imports.subscriber_writer import ImportReport
from cx_feedback.newsletter.models import SubscriberImport

State = SubscriberImport.State
#: Imports in the list, and refused rows on the page of an import.
RECENT_IMPORTS, SHOWN_PROBLEMS = 30, 20


class ImportBaseView(PermissionCheckMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page for users with the permission to import subscribers."""

    required_permission = permissions.IMPORT_SUBSCRIPTIONS
    page_title = pgettext_lazy("newsletter", "Import subscribers")
    header_icon = "upload"
    _show_breadcrumbs = True
    parent_pages: tuple[tuple[str, Any], ...] = ()

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        parent_pages = [
            ("cx_subscriptions:index", pgettext("newsletter", "Subscriptions")),
            *self.parent_pages,
        ]
        return get_breadcrumbs(self, *((reverse(name), label) for name, label in parent_pages))


class UploadView(ImportBaseView):
    """Uploads a file; lists the latest imports."""

    template_name = "cx_feedback/newsletter/admin/import_upload.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = SubscriberImport.objects.select_related("user").defer("sample", "problems")
        return {
            **super().get_context_data(**kwargs),
            "form": kwargs.get("form") or UploadForm(),
            "recent_imports": [
                (row, ImportReport(**row.import_counts))
                for row in found.order_by("-pk")[:RECENT_IMPORTS]
            ],
            "may_export": permissions.EXPORT_SUBSCRIPTIONS.is_granted_to(self.request.user),
            "separators": Separator.choices,
            "columns": list(COLUMN_LABELS.values())[:8],
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                row = services.upload_file(file=form.cleaned_data["file"], user=request.user)
            except InvalidInput as error:
                form.add_error("file", [str(text) for text in error.fields["file"]])
            else:
                return redirect("cx_subscriptions:import", row.pk)
        return self.render_to_response(self.get_context_data(form=form))


class ImportView(ImportBaseView):
    """An import: its columns and options, the result of the check and the progress.

    While a task is running, a script requests the live part of the page alone.
    """

    template_name = "cx_feedback/newsletter/admin/import.html"
    live_template_name = "cx_feedback/newsletter/admin/import_live.html"
    parent_pages = (
        ("cx_subscriptions:imports", pgettext_lazy("newsletter", "Import subscribers")),
    )

    @cached_property
    def row(self) -> SubscriberImport:
        rows = SubscriberImport.objects.select_related("mailing_list", "user")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.row)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            self.template_name = self.live_template_name
            return self.render_to_response(self._get_live_context())
        if request.GET.get("refused"):
            return self._download_refused_rows()
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.row
        asks = "again" in self.request.GET or row.state == State.UPLOADED
        form = kwargs.get("form")
        if form is None and asks and not row.is_running and row.started_at is None:
            form = ImportOptionsForm(None, row)
        return {**super().get_context_data(**kwargs), **self._get_live_context(), "form": form,
                "media": form.media if form else ""}  # fmt: skip

    def _get_live_context(self) -> dict[str, Any]:
        row = self.row
        by_heading = {heading: COLUMN_LABELS[name] for name, heading in row.columns.items()}
        return {
            "row": row,
            "found": ImportReport(**row.check_counts),
            "done": ImportReport(**row.import_counts),
            "problems": row.problems[:SHOWN_PROBLEMS],
            "more_problems": len(row.problems) > SHOWN_PROBLEMS,
            "separators": Separator.choices,
            "headings": [(heading, by_heading.get(heading, "")) for heading in row.headings],
            "unused": [heading for heading in row.headings if heading not in by_heading],
        }

    def _download_refused_rows(self) -> HttpResponse:
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="refused.csv"'
        response["Cache-Control"] = "private, no-store"
        response.write(BYTE_ORDER_MARK)
        writer = CSVWriter(response, Separator.named(self.request.GET.get("separator", "")))
        writer.writerow(
            [
                pgettext("newsletter", "Row"),
                pgettext("newsletter", "Column"),
                pgettext("newsletter", "Reason"),
            ]
        )
        for number, column, reason in self.row.problems:
            writer.writerow([number, column, reason])
        return response

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = request.POST.get("do", "")
        if action == "check":
            return self._start_check(ImportOptionsForm(request.POST, self.row))
        try:
            if action == "start":
                services.start_import(import_id=pk, user=request.user)
            elif action == "discard":
                services.discard_import(import_id=pk)
                messages.success(
                    request, _("The file has been deleted. Nothing was imported from it.")
                )
                return redirect("cx_subscriptions:imports")
        except InvalidInput as error:
            self._show_error(error)
        return redirect(request.path)

    def _start_check(self, form: ImportOptionsForm) -> HttpResponse:
        if form.is_valid():
            try:
                services.start_check(import_id=self.row.pk, options=form.get_options())
                return redirect(self.request.path)
            except InvalidInput as error:
                if "import" in error.fields:
                    self._show_error(error)
                    return redirect(self.request.path)
                form.add_errors(dict(error.fields))
        return self.render_to_response(self.get_context_data(form=form))

    def _show_error(self, error: InvalidInput) -> None:
        for texts in error.fields.values():
            messages.error(self.request, " ".join(str(text) for text in texts))
