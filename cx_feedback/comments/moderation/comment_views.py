"""Views of a single comment with its decisions, to edit or delete it, and of closing a thread."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from cx_feedback.comments import services
from cx_feedback.comments.models import Flag, Objection, Thread
from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.decision_views import CommentFormView, parse_seen_of
from cx_feedback.comments.moderation.log_views import build_lines
from cx_feedback.core import conf
from cx_feedback.core.errors import FeedbackError


class CommentView(CommentFormView):
    """A comment with its decisions, its flags and its source text."""

    template_name = "cx_feedback/comments/admin/comment.html"
    page_title = pgettext_lazy("comment", "Comment")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        events = self.comment.events.select_related("moderator", "comment__thread__page")
        return {
            **super().get_context_data(**kwargs),
            "lines": build_lines(list(events.order_by("-pk")[:200])),
            "flags": Flag.objects.filter(comment=self.comment).order_by("-pk")[:200],
            "objections": self.comment.objections.exclude(
                state=Objection.State.OPEN
            ).select_related("event__moderator", "moderator"),
            "revisions": self.comment.revisions.select_related("moderator"),
            "here": self.request.path,
        }


class EditView(CommentFormView):
    """Edit the text of a comment, which is then marked as edited by the site."""

    page_title = pgettext_lazy("comment", "Edit comment")
    form_name = "edit"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "text": services.get_latest_text(self.comment),
            "text_limit": conf.get("COMMENTS_LENGTH"),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            services.edit_as_moderator(
                comment_id=pk,
                text=request.POST.get("text", ""),
                reason=request.POST.get("reason", ""),
                moderator=request.user,
                seen=parse_seen_of(request, pk),
                among=self.scope.comments(),
            )
        except FeedbackError as error:
            return self.render_errors(error)
        messages.success(request, _("The comment is saved and marked as edited by the site."))
        return redirect(get_valid_next_url_from_request(request) or "cx_comments:queue")


class DeleteView(CommentFormView):
    """Delete a comment for good, with a reason for the log."""

    page_title = pgettext_lazy("comment", "Delete for good")
    form_name = "delete"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            services.delete_as_moderator(
                comment_id=pk,
                reason=request.POST.get("reason", ""),
                moderator=request.user,
                seen=parse_seen_of(request, pk),
                among=self.scope.comments(),
            )
        except FeedbackError as error:
            return self.render_errors(error)
        messages.success(request, _("The comment is deleted."))
        return redirect("cx_comments:queue")


class ThreadClosingView(ModeratorViewMixin, View):
    """Close the thread of a page, or reopen it."""

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        rows = Thread.objects.filter(page__in=self.scope.pages().filter(pk=page_id))
        get_object_or_404(rows, page_id=page_id)
        closed = request.POST.get("closed") == "yes"
        services.set_thread_closed(page_id=page_id, closed=closed)
        said = _("The thread is closed.") if closed else _("The thread is open.")
        messages.success(request, said)
        return redirect(get_valid_next_url_from_request(request) or "cx_comments:queue")
