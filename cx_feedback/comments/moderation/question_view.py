"""The form that passes a comment on to the author of its page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from cx_feedback.comments.moderation.decision_views import CommentFormView, parse_seen_of
from cx_feedback.comments.services.author_questions import ask_author, can_ask_author
from cx_feedback.core import signals
from cx_feedback.core.errors import FeedbackError


class QuestionView(CommentFormView):
    """Pass a comment on to the author. Without a room that takes it, there is no such page."""

    page_title = gettext_lazy("Question to the author")
    form_name = "question"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not signals.question_to_author.has_listeners():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "can_ask": can_ask_author(self.comment)}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            is_new = ask_author(
                comment_id=pk,
                moderator=request.user,
                seen=parse_seen_of(request, pk),
                among=self.scope.comments(),
            )
        except FeedbackError as error:
            return self.render_errors(error)
        if is_new:
            messages.success(request, _("The author of the page has the question."))
        else:
            messages.warning(request, _("The author of the page had this question before."))
        return redirect(get_valid_next_url_from_request(request) or "cx_comments:queue")
