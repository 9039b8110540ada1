"""The form to write notes on an author and to delete them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from cx_feedback.comments import permissions
from cx_feedback.comments.models import AuthorNote
from cx_feedback.comments.moderation.author_notes import filter_notes
from cx_feedback.comments.moderation.decision_views import CommentFormView
from cx_feedback.comments.services.author_notes import (
    add_author_note,
    delete_author_note,
    get_notes_of_authors,
)
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.http.parameters import parse_id


class NotesView(CommentFormView):
    """Write a note on the author of a comment, or delete one."""

    required_permission = permissions.MODERATE & permissions.NOTES.add
    page_title = gettext_lazy("Notes on the author")
    form_name = "notes"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        mine = [note.pk for note in context["row"].notes if self._may_delete(note)]
        return {**context, "deletable": mine}

    def _may_delete(self, note: AuthorNote) -> bool:
        may_delete = permissions.NOTES.delete.is_granted_to(self.request.user)
        return may_delete or note.moderator_id == self.request.user.pk

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        back = get_valid_next_url_from_request(request) or "cx_comments:queue"
        if "delete" in request.POST:
            self._delete(parse_id(request.POST["delete"]))
            messages.success(request, _("The note is deleted."))
            return redirect(back)
        try:
            add_author_note(
                comment_id=self.comment.pk,
                text=request.POST.get("note", ""),
                moderator=request.user,
                among=self.scope.comments(),
            )
        except FeedbackError as error:
            return self.render_errors(error)
        messages.success(request, _("The note is saved."))
        return redirect(back)

    def _delete(self, note_id: int | None) -> None:
        notes = get_notes_of_authors(
            [self.comment.author_key], [r for r in [self.comment.reader_id] if r]
        )
        note = get_object_or_404(filter_notes(notes, self.scope), pk=note_id or 0)
        if not self._may_delete(note):
            permissions.NOTES.delete.require(self.request.user)
        delete_author_note(note=note)
