"""The exports page: requesting, watching, cancelling and downloading exports."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.admin import messages

from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.tables.csv_separators import Separator
from cx_feedback.surveys import permissions
from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.exports.codebook import write_codebook
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Response, SurveyVersion
from cx_feedback.surveys.results.tabs.base_view import TabView
from cx_feedback.surveys.single_responses.response_filters import (
    ResponseFilters,
    parse_response_filters,
)


class ExportsView(TabView):
    required_permission = permissions.EXPORT
    tab = "results_exports"
    content = "cx_feedback/surveys/admin/results/exports.html"

    @cached_property
    def response_filters(self) -> ResponseFilters:
        """Return the filters of the page, and those of the list of responses that led here."""
        texts = permissions.VIEW_TEXTS.is_granted_to(self.request.user)
        return parse_response_filters(self.request.GET, self.filters, with_texts=texts)

    def describe_more_filters(self) -> list[tuple[str, str]]:
        """Return label and value of the filters that the page's panel does not have."""
        found = self.response_filters
        pairs = [
            (pgettext("survey", "State"), found.state and Response.State(found.state).label),
            (pgettext("survey", "Version"), self._get_version_number(found.version)),
            (pgettext("survey", "Tag"), found.tag),
            (pgettext("survey", "Texts"), _("Only responses with a text") * found.has_text),
            (_("Containing"), found.words),
            *found.hidden,
        ]
        return [(label, str(value)) for label, value in pairs if value]

    def _get_version_number(self, pk: int | None) -> int | None:
        if pk is None:
            return None
        versions = SurveyVersion.objects.filter(pk=pk, survey_id__in=self.family)
        return versions.values_list("number", flat=True).first()

    def figures(self) -> dict[str, Any]:
        found = list(self.object.exports.select_related("user").order_by("-pk")[:50])
        return {
            "exports": found,
            "live": any(export.is_in_progress for export in found),
            "more_filters": self.describe_more_filters(),
            "export_url": self.url(self.tab, self.response_filters.as_query()),
            "codebook_url": self.url("results_codebook"),
            "formats": Export.Format.choices,
            "headings": Export.Headings.choices,
            "separators": Separator.choices,
            "separator": Separator.usual().value,
            "may_see_texts": permissions.VIEW_TEXTS.is_granted_to(self.request.user),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Request an export, or cancel one."""
        here = self.url(self.tab, self.response_filters.as_query())
        if cancelled := request.POST.get("cancel", ""):
            found = self.object.exports.filter(pk=parse_id(cancelled))
            exports.cancel_export(export=get_object_or_404(found))
            messages.success(request, _("The export was cancelled."))
            return redirect(here)
        if self.problems_of_filters:
            messages.error(request, " ".join(self.problems_of_filters))
            return redirect(self.url(self.tab))
        format, headings = (request.POST.get(name, "") for name in ("format", "headings"))
        if format not in Export.Format.values or headings not in Export.Headings.values:
            messages.error(request, _("Choose a format and the headings."))
            return redirect(here)
        exports.request_export(
            filters=self.response_filters,
            with_excluded=bool(request.POST.get("excluded")),
            survey=self.object,
            user=request.user,
            format=format,
            headings=headings,
            separator=Separator.named(request.POST.get("separator", "")),
            with_texts=bool(request.POST.get("texts"))
            and permissions.VIEW_TEXTS.is_granted_to(request.user),
        )
        messages.success(request, _("The export is being written. This page shows its progress."))
        return redirect(here)

    @property
    def problems_of_filters(self) -> list[str]:
        """Return what is wrong with the filters; an export of everything is not what was meant."""
        self.filters  # noqa: B018 (finds the problems)
        return self.problems


class CodebookView(ExportsView):
    """The codebook of the exports as a CSV file, by keys with ``?headings=keys``."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        headings = request.GET.get("headings", "")
        if headings not in Export.Headings.values:
            headings = Export.Headings.LABELS
        with translation.override(self.object.locale.language_code):
            texts = permissions.VIEW_TEXTS.is_granted_to(request.user)
            lines = write_codebook(self.object, headings, Separator.usual(), with_texts=texts)
        response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = f"{slugify(str(self.object)) or 'survey'}-codebook"
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response


class DownloadView(ExportsView):
    """Downloads a file; what tells texts only for users who may see texts now."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        ready = self.object.exports.filter(state=Export.State.DONE)
        export = get_object_or_404(ready, pk=kwargs["export"])
        if export.tells_texts:
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
