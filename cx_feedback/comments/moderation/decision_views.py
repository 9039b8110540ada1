"""Views that record moderators' decisions, with standalone forms for use without JavaScript."""

import uuid
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, ModerationEvent, SavedReply, State
from cx_feedback.comments.moderation import decision_buttons
from cx_feedback.comments.moderation.author_notes import attach_notes
from cx_feedback.comments.moderation.ban_form import BanForm
from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.queue_rows import QueueRow, build_rows
from cx_feedback.comments.moderation.rejection_reasons import get_site_reasons
from cx_feedback.comments.moderation.saved_replies import get_options, render_saved_reply
from cx_feedback.comments.moderation.text_changes import describe_changes
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.errors import Conflict, FeedbackError
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.http.problem_documents import build_problem
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
        answer = {"changed": changed, "message": message, "batch": batch, "conflicts": {}}
        return JsonResponse({**answer, **more})
    undo = (
        [messages.button(reverse("cx_comments:undo", args=[batch]), pgettext("comment", "Undo"))]
        if batch
        else []
    )
    (messages.success if decision.changed else messages.warning)(request, message, buttons=undo)
    return redirect(get_valid_next_url_from_request(request) or "cx_comments:queue")


class DecisionView(ModeratorViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """Apply a decision to one comment, or to all selected ones.

    Comments that have changed since they were seen are shown with the difference, to be decided
    anew.
    """

    http_method_names = ["post"]
    template_name = "cx_feedback/comments/admin/conflicts.html"
    page_title = gettext_lazy("Decide again")
    header_icon = "comment"

    def post(self, request: HttpRequest) -> HttpResponse:
        act, ids, seen = _parse_decision(request)
        asked: dict[str, Any] = {
            "ids": ids,
            "moderator": request.user,
            "among": self.scope.comments(),
        }
        if act in services.HIGHLIGHT_ACTIONS:
            decision = services.highlight_comments(act, seen=seen, **asked)
        else:
            words = request.POST.get("words", "").strip()
            reason = words or request.POST.get("reason", "").strip()
            decision = services.decide_on_comments(act, seen=seen, reason=reason, **asked)
        message = decision_buttons.describe_result(
            act, len(decision.changed), conflicts=len(decision.conflicts)
        )
        if not decision.conflicts:
            return respond_with_decision(request, message, decision)
        return self._respond_with_conflicts(message, decision, seen)

    def _respond_with_conflicts(
        self, message: str, decision: services.Decision, seen: dict[int, services.SeenComment]
    ) -> HttpResponse:
        rows = self.scope.comments().select_related("thread__page", "parent", "user")
        comments = list(rows.filter(pk__in=decision.conflicts).order_by("pk"))
        built = build_rows(comments, self.scope.comments(), describe_changes(comments, seen))
        if wants_json(self.request):
            shown = {row.comment.pk: self._render_row(row) for row in built}
            return respond_with_decision(self.request, message, decision, conflicts=shown)
        here = get_valid_next_url_from_request(self.request) or reverse("cx_comments:queue")
        context = self.get_context_data(rows=built, message=message, here=here)
        return self.render_to_response(context, status=409)

    def _render_row(self, row: QueueRow) -> str:
        context = {"row": row, "state": "all", "here": reverse("cx_comments:queue")}
        return render_to_string("cx_feedback/comments/admin/queue_row.html", context, self.request)


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
        attach_notes([row], self.scope, self.request.user)
        return {
            **super().get_context_data(**kwargs),
            "row": row,
            "comment": self.comment,
            "form_name": self.form_name,
            "form_template": f"cx_feedback/comments/admin/forms/{self.form_name}.html",
            "reasons_of_sites": get_site_reasons(get_site_of_page(self.comment.thread.page)),
            "errors": self.errors,
            "values": self.request.POST,
            "here": back or reverse("cx_comments:queue"),
            "ids": self.comment.pk,
            "seen": row.seen,
            "ban_form": BanForm(),
        }

    def render_errors(self, error: FeedbackError) -> HttpResponse:
        """Show the form again with its errors, the submitted values and the comment as it is."""
        if wants_json(self.request):
            problem = {**build_problem(error), "errors": build_problem(error).get("errors", {})}
            return JsonResponse(problem, status=get_status(error))
        self.errors = {k: [str(t) for t in texts] for k, texts in error.fields.items()}
        if isinstance(error, Conflict):
            self.errors = {"comment": [str(error.detail)]}
        response: HttpResponse = self.render_to_response(
            self.get_context_data(**self.kwargs), status=get_status(error)
        )
        return response


class RejectView(CommentFormView):
    """The form to choose a reason, which posts to ``DecisionView``."""

    page_title = pgettext_lazy("comment", "Reject")
    form_name = "reject"
    act = "reject"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "act": self.act}


class RefuseEditView(RejectView):
    """The form to choose a reason for which the author's edit is refused."""

    page_title = gettext_lazy("Keep the earlier text")
    act = "refuse_edit"


class ReplyView(CommentFormView):
    """Publish a reply, which also approves a pending comment."""

    page_title = pgettext_lazy("comment", "Reply")
    form_name = "reply"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, with a saved reply filled in if ``saved`` names one."""
        if not wants_json(request):
            return super().get(request, *args, **kwargs)
        return JsonResponse({"text": self._render_saved_reply()})

    def _render_saved_reply(self) -> str:
        pk = parse_id(self.request.GET.get("saved", ""))
        reply = SavedReply.objects.filter(pk=pk).first() if pk else None
        name = self.request.GET.get("name", "")
        return render_saved_reply(reply, self.comment, self.request.user, name) if reply else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.request.method != "POST":
            context["values"] = {"text": self._render_saved_reply()}
        return {**context, "saved_replies": get_options()}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            answered = services.reply_as_moderator(
                parent_id=self.comment.pk,
                text=request.POST.get("text", ""),
                name=request.POST.get("name", ""),
                moderator=request.user,
                among=self.scope.comments(),
                seen=parse_seen_of(request, self.comment.pk),
            )
        except FeedbackError as error:
            return self.render_errors(error)
        published = {pk: State.PUBLISHED}
        decision = services.Decision(published, [], answered.batch, {pk: answered.before})
        return respond_with_decision(request, _("Your reply is published."), decision)


def parse_seen_of(request: HttpRequest, pk: int) -> services.SeenComment:
    """Return what the form showed of the comment ``pk``. Raises Conflict if it doesn't say."""
    seen = parse_all_seen(request).get(pk)
    if seen is None:
        raise Conflict
    return seen


def parse_all_seen(request: HttpRequest) -> dict[int, services.SeenComment]:
    """Return by ID what a form showed of its comments."""
    return parse_seen_values(request.POST.getlist("seen")[:MAX_COMMENTS])


def parse_seen_values(values: list[str]) -> dict[int, services.SeenComment]:
    """Return by ID what rows showed. Values that aren't valid are left out."""
    found = {}
    for value in values:
        pk, _colon, rest = value.partition(":")
        comment_id, seen = parse_id(pk), services.parse_seen(rest)
        if comment_id is not None and seen is not None:
            found[comment_id] = seen
    return found


def _parse_decision(
    request: HttpRequest,
) -> tuple[str, list[int], dict[int, services.SeenComment]]:
    """Return decision, IDs and what was seen. Raises BadRequest if they aren't valid."""
    one = request.POST.get("one", "")
    act, _colon, pk = one.partition(":") if one else (request.POST.get("act", ""), "", "")
    asked = pk.split(",") if one else request.POST.getlist("ids")
    known = act in services.DECISIONS or act in services.HIGHLIGHT_ACTIONS
    if not known or len(asked) > MAX_COMMENTS or None in (ids := [parse_id(i) for i in asked]):
        raise BadRequest("Unknown decision")
    return act, [i for i in ids if i is not None], parse_all_seen(request)
