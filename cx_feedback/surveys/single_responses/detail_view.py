"""One whole response."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext, pgettext_lazy

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.rooms.titles import get_names
from cx_feedback.readers.permissions import VIEW_READER
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.services.response_log import DELETE_ACTION, get_response_log
from cx_feedback.surveys.services.response_notes import get_content_mark
from cx_feedback.surveys.single_responses.answer_rows import build_answer_rows
from cx_feedback.surveys.single_responses.list_view import ResponsesTabView
from cx_feedback.surveys.single_responses.tags_and_notes import get_attachments

#: Other responses of the reader, and entries of the history, that are shown.
MAX_OTHERS, MAX_ENTRIES = 10, 20


class ResponseView(ResponsesTabView):
    content = "cx_feedback/surveys/admin/responses/detail.html"
    page_title = pgettext_lazy("responses", "Response")
    filterable = False
    #: What a note said that could not be stored, and why.
    note_text = ""
    note_error: FeedbackError | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.response is None:
            return self.render_gone()
        return super().get(request, *args, **kwargs)

    @cached_property
    def response(self) -> Response | None:
        """Return the response, None if it doesn't exist any more."""
        rows = Response.objects.filter(survey_id__in=self.family)
        return rows.filter(pk=self.kwargs["response"]).first()

    def render_gone(self, *, note_text: str = "") -> HttpResponse:
        """Tell who deleted the response, and give back a note on it; raises Http404 otherwise."""
        entry = get_response_log(self.kwargs["response"]).filter(action=DELETE_ACTION).first()
        if entry is None or entry.data.get("survey") not in self.family:
            raise Http404
        context = {
            **super().get_context_data(),
            "content": "cx_feedback/surveys/admin/responses/gone.html",
            "entry": entry,
            "note_text": note_text,
        }
        return render(self.request, self.template_name, context, status=410)

    def get_page_subtitle(self) -> str:
        return gettext("%(id)d of “%(survey)s”") % {
            "id": self.kwargs["response"],
            "survey": self.object,
        }

    def get_breadcrumbs_items(self) -> Any:
        index = (reverse(self.index_url_name), self.viewset.model._meta.verbose_name_plural)
        edit = (reverse(self.edit_url_name, args=[self.object.pk]), str(self.object))
        rows = (self.list_url, pgettext("responses", "Responses"))
        return get_breadcrumbs(self, index, edit, rows, sublabel=str(self.kwargs["response"]))

    @property
    def list_url(self) -> str:
        """Return the URL of the list with the filters and the page that the user came from."""
        return self.url("results_responses", self.request.GET.urlencode())

    def get_response_url(self, pk: int | None) -> str:
        """Return the URL of a response with the filters of this one, "" for None."""
        if pk is None:
            return ""
        url = reverse(self.response_url_name, args=[self.object.pk, pk])
        query = self.request.GET.urlencode()
        return f"{url}?{query}" if query else url

    def figures(self) -> dict[str, Any]:
        response = self.response
        if response is None:
            return {}
        then = self.get_definition_of(response)
        newer, older = self.get_list().get_neighbours(response)
        log = get_response_log(response.pk)[:MAX_ENTRIES]
        return {
            **self.get_rights(),
            **self._get_reader(response),
            "response": response,
            "version": next(v for v in self.versions if v.pk == response.version_id),
            "offered_tags": get_attachments(self.family, []).offered,
            "answers": build_answer_rows(
                response, then, self.definition, with_texts=self.with_texts
            ),
            "page_name": get_names("page", {response.page_id}).get(response.page_id or 0),
            "tags": sorted(response.tags.all(), key=lambda tag: tag.name.casefold()),
            "notes": list(response.notes.select_related("author").order_by("created_at", "pk")),
            "entries": list(log),
            "states": [(s.value, s.label, s == response.state) for s in Response.State],
            "seen": f"{response.pk}:{response.state}",
            "content_mark": get_content_mark(response),
            "note_text": self.note_text,
            "note_error": self.note_error,
            **self._get_urls(response, newer, older),
        }

    def _get_urls(self, response: Response, newer: int | None, older: int | None) -> dict[str, str]:
        here = self.get_response_url(response.pk)
        name = self.viewset.get_url_name("results_response_notes")
        return {
            "newer_url": self.get_response_url(newer),
            "older_url": self.get_response_url(older),
            "list_url": self.list_url,
            "next": here,
            "mark_url": self.url("results_responses_mark"),
            "delete_url": self.url("results_responses_delete"),
            "tag_url": self.url("results_responses_tag"),
            "notes_url": reverse(name, args=[self.object.pk, response.pk])
            + here[here.find("?") :] * ("?" in here),
        }

    def _get_reader(self, response: Response) -> dict[str, Any]:
        """Return the reader and their other responses, for users who may see readers."""
        if response.reader_id is None or not VIEW_READER.is_granted_to(self.request.user):
            return {}
        others = Response.objects.filter(reader_id=response.reader_id).exclude(pk=response.pk)
        newest = others.select_related("survey").order_by("-created_at", "-pk")[:MAX_OTHERS]
        return {
            "reader_id": response.reader_id,
            "reader": get_names("reader", {response.reader_id}).get(response.reader_id),
            "others": [
                (other, self.get_response_url(other.pk) if other.survey_id in self.family else "")
                for other in newest
            ],
        }
