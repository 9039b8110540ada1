"""Views of a single comment with its decisions, and of closing a thread."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from cx_feedback.comments import services
from cx_feedback.comments.models import Flag, Thread
from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.decision_views import CommentFormView
from cx_feedback.comments.moderation.log_views import build_lines


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
            "here": self.request.path,
        }


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
