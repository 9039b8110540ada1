"""Notes on a response: writing them, changing and deleting one's own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from cx_feedback.core.errors import FeedbackError, Gone
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.surveys import permissions
from cx_feedback.surveys.services import response_notes
from cx_feedback.surveys.single_responses.detail_view import ResponseView


class NotesView(ResponseView):
    """``act``: add, change or delete. What can't be stored is given back with the reason."""

    http_method_names = ["post", "options"]
    required_permission = permissions.CHANGE_RESPONSES

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.POST.get("text", "")
        try:
            messages.success(request, self._store(text))
        except FeedbackError as error:
            if self.response is None and isinstance(error, Gone):
                return self.render_gone(note_text=text)
            self.note_text, self.note_error = text, error
            context = self.get_context_data(**kwargs)
            return self.render_to_response(context, status=get_status(error))
        return redirect(f"{self.get_response_url(self.kwargs['response'])}#cx-notes")

    def _store(self, text: str) -> str:
        """Store the note; return what to tell. Raises FeedbackError."""
        given: dict[str, Any] = {
            "survey": self.object,
            "response_id": self.kwargs["response"],
            "author": self.request.user,
        }
        act, note_id = self.request.POST.get("act"), parse_id(self.request.POST.get("note", ""))
        if act == "delete":
            response_notes.delete_note(note_id=note_id or 0, **given)
            return _("The note was deleted.")
        if act == "change":
            response_notes.change_note(note_id=note_id or 0, text=text, **given)
            return _("The note was changed.")
        response_notes.add_note(text=text, seen=self.request.POST.get("seen", ""), **given)
        return _("The note was added.")
