"""Views that record moderators' decisions, with standalone forms for use without JavaScript."""

import uuid
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, ModerationEvent, State
from cx_feedback.comments.moderation import decision_buttons
from cx_feedback.comments.moderation.ban_form import BanForm
from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.queue_rows import build_rows
from cx_feedback.comments.moderation.reasons import get_site_reasons
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.errors import FeedbackError, InvalidInput
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.pages.sites import get_site_of_page

MAX_COMMENTS = 1000


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def respond_with_decision(
    request: HttpRequest, message: str, decision: services.Decision, **more: Any
) -> HttpResponse:
    """Return the changes as JSON, or redirect with a message and an undo button."""
    batch = str(decision.batch) if decision.batch else ""
    if wants_json(request):
        before = decision.before or {}
        changed = {pk: [before.get(pk, ""), state] for pk, state in decision.changed.items()}
        return JsonResponse({"changed": changed, "message": message, "batch": batch, **more})
    undo = (
        [messages.button(reverse("cx_comments:undo", args=[batch]), pgettext("comment", "Undo"))]
        if batch
        else []
    )
    (messages.success if decision.changed else messages.warning)(request, message, buttons=undo)
    return redirect(get_valid_next_url_from_request(request) or "cx_comments:queue")


class DecisionView(ModeratorViewMixin, View):
    """Apply a decision to one comment, or to all selected ones."""

    def post(self, request: HttpRequest) -> HttpResponse:
        act, ids = _parse_decision(request)
        mine = self.scope.comments()
        if act in services.HIGHLIGHT_ACTIONS:
            decision = services.highlight_comments(act, ids=ids, moderator=request.user, among=mine)
        else:
            words = request.POST.get("words", "").strip()
            reason = words or request.POST.get("reason", "").strip()
            decision = services.decide_on_comments(
                act, ids=ids, moderator=request.user, reason=reason, among=mine
            )
        return respond_with_decision(
            request, decision_buttons.describe_result(act, len(decision.changed)), decision
        )


class UndoView(ModeratorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """Undo a decision. GET asks for confirmation."""

    template_name = "cx_feedback/comments/admin/undo.html"
    page_title = pgettext_lazy("comment", "Undo")
    header_icon = "undo"

    def post(self, request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
        mine = self.scope.comments()
        decision = services.undo_decision(batch=batch, moderator=request.user, among=mine)
        return respond_with_decision(
            request, decision_buttons.describe_result("undo", len(decision.changed)), decision
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        events = ModerationEvent.objects.filter(
            batch=kwargs["batch"], comment__in=self.scope.comments()
        )
        return {
            **super().get_context_data(**kwargs),
            "events": events.select_related("comment", "moderator")[:20],
            "act": decision_buttons.DECISION_LABELS.get(getattr(events.first(), "action", ""), ""),
        }


class CommentFormView(ModeratorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """Base of the forms about one comment, which is shown above the form."""

    header_icon = "comment"
    form_name = ""
    errors: dict[str, list[str]]
    template_name = "cx_feedback/comments/admin/comment_form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.errors = {}
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def comment(self) -> Comment:
        rows = self.scope.comments().select_related("thread__page", "parent", "user")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        queue = (reverse("cx_comments:queue"), pgettext("comment", "Comments"))
        return get_breadcrumbs(self, queue, sublabel=self.comment.name)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = get_valid_next_url_from_request(self.request)
        [row] = build_rows([self.comment], self.scope.comments())
        return {
            **super().get_context_data(**kwargs),
            "row": row,
            "comment": self.comment,
            "form_template": f"cx_feedback/comments/admin/forms/{self.form_name}.html",
            "reasons_of_sites": get_site_reasons(get_site_of_page(self.comment.thread.page)),
            "errors": self.errors,
            "values": self.request.POST,
            "here": back or reverse("cx_comments:queue"),
            "ids": self.comment.pk,
            "ban_form": BanForm(),
        }

    def render_errors(self, error: FeedbackError) -> HttpResponse:
        """Show the form again with its errors and the submitted values."""
        if wants_json(self.request):
            problem = {**error.as_problem(), "errors": error.as_problem().get("errors", {})}
            return JsonResponse(problem, status=error.status)
        self.errors = {k: [str(t) for t in texts] for k, texts in error.fields.items()}
        response: HttpResponse = self.render_to_response(
            self.get_context_data(**self.kwargs), status=error.status
        )
        return response


class RejectView(CommentFormView):
    """The form to choose a reason, which posts to ``DecisionView``."""

    page_title = pgettext_lazy("comment", "Reject")
    form_name = "reject"


class ReplyView(CommentFormView):
    """Publish a reply, which also approves a pending comment."""

    page_title = pgettext_lazy("comment", "Reply")
    form_name = "reply"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            answered = services.reply_as_moderator(
                parent_id=self.comment.pk,
                text=request.POST.get("text", ""),
                name=request.POST.get("name", ""),
                moderator=request.user,
                among=self.scope.comments(),
            )
        except FeedbackError as error:
            return self.render_errors(error)
        published = {pk: State.PUBLISHED}
        decision = services.Decision(published, [], answered.batch, {pk: answered.before})
        return respond_with_decision(request, _("Your reply is published."), decision)


class BanView(CommentFormView):
    """Ban the author of a comment."""

    page_title = pgettext_lazy("comment", "Ban")
    form_name = "ban"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = BanForm(request.POST)
        try:
            if not form.is_valid():
                raise InvalidInput(fields={k: [str(e) for e in v] for k, v in form.errors.items()})
            banned = services.ban_author(
                comment_id=self.comment.pk,
                moderator=request.user,
                among=self.scope.comments(),
                **form.get_arguments(),
            )
        except FeedbackError as error:
            return self.render_errors(error)
        changed = dict.fromkeys(banned.swept, State.SPAM)
        before = dict.fromkeys(banned.swept, str(State.PENDING))
        decision = services.Decision(
            changed or {pk: State(self.comment.state)}, [], banned.batch, before
        )
        return respond_with_decision(
            request, pgettext("comment", "Author banned."), decision, renew=True
        )


def _parse_decision(request: HttpRequest) -> tuple[str, list[int]]:
    """Return the decision and the IDs of the form. Raises BadRequest if they aren't valid."""
    one = request.POST.get("one", "")
    act, _colon, pk = one.partition(":") if one else (request.POST.get("act", ""), "", "")
    asked = [pk] if one else request.POST.getlist("ids")
    known = act in services.DECISIONS or act in services.HIGHLIGHT_ACTIONS
    if not known or len(asked) > MAX_COMMENTS or None in (ids := [parse_id(i) for i in asked]):
        raise BadRequest("Unknown decision")
    return act, [i for i in ids if i is not None]
