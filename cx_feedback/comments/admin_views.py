"""The moderators' screens: the queue, one comment, and the posts by which they decide."""

from typing import Any, ClassVar

from django.contrib.admin.utils import quote
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import BaseListingView, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permission_policies import ModelPermissionPolicy

from cx_feedback.comments import selectors, services
from cx_feedback.comments.filters import ALL, QueueFilterSet
from cx_feedback.comments.models import Comment, State, Thread

#: The words on the buttons, in the order in which they stand.
ACT_LABELS = {
    "approve": gettext_lazy("Approve"),
    "reject": gettext_lazy("Reject"),
    "mark_spam": gettext_lazy("Spam"),
    "hide": gettext_lazy("Hide"),
    "restore": gettext_lazy("Restore"),
}
#: What is offered by row; other acts are possible but would only crowd it.
OFFERED: dict[str, tuple[str, ...]] = {
    State.PENDING: ("approve", "reject", "mark_spam"),
    State.PUBLISHED: ("hide", "mark_spam"),
    State.REJECTED: ("approve", "restore", "mark_spam"),
    State.SPAM: ("approve", "restore"),
    State.HIDDEN: ("restore", "reject", "mark_spam"),
    State.ERASED: (),
}
#: What is offered for all that is ticked in a tab; "all" takes what applies.
BULK = {**OFFERED, ALL: ("approve", "reject", "mark_spam")}


def labelled(acts: tuple[str, ...], state: str) -> list[tuple[str, Any]]:
    """Return the acts with the words on their buttons for a comment in ``state``."""
    waits_again = state in (State.REJECTED, State.SPAM)
    words = (
        {**ACT_LABELS, "restore": gettext_lazy("Back to waiting")} if waits_again else ACT_LABELS
    )
    return [(act, words[act]) for act in acts]


class ModerationMixin(PermissionCheckedMixin):
    """Only for those with the permission ``moderate_comment``."""

    permission_policy = ModelPermissionPolicy(Comment)
    permission_required = "moderate"


class QueueView(ModerationMixin, BaseListingView):
    """Comments of one state, whole, with what a moderator needs to decide."""

    model = Comment
    page_title = gettext_lazy("Comments")
    header_icon = "comment"
    template_name = "cx_feedback/comments/admin/queue.html"
    results_template_name = "cx_feedback/comments/admin/queue_results.html"
    index_url_name = "cx_comments:queue"
    index_results_url_name = "cx_comments:queue_results"
    filterset_class = QueueFilterSet
    is_searchable = True
    search_fields: ClassVar[list[str]] = ["text", "author_name", "author_email"]
    default_ordering = "-pk"
    paginate_by = 50

    @cached_property
    def state(self) -> str:
        state = self.request.GET.get("state", "")
        return state if state in {*State.values, ALL} else str(State.PENDING.value)

    def get_filterset_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs()
        data = kwargs["data"].copy()
        data["state"] = self.state
        return {**kwargs, "data": data}

    def get_base_queryset(self) -> QuerySet[Comment]:
        return Comment.objects.select_related("thread__page", "parent")

    def search_queryset(self, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        """Search, count what each tab would show, then keep the tab's own."""
        queryset = super().search_queryset(queryset)
        self.counts = selectors.counts_by_state(queryset)
        return queryset if self.state == ALL else queryset.filter(state=self.state)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        for comment in context["object_list"]:
            comment.offered = labelled(OFFERED[comment.state], comment.state)
        context.update(
            state=self.state,
            tabs=self._tabs(),
            bulk=labelled(BULK[self.state], self.state),
            here=self._here(),
            thread=self._thread(),
        )
        return context

    def _tabs(self) -> list[dict[str, Any]]:
        tabs = [{"state": s.value, "label": s.label, "count": self.counts[s]} for s in State]
        return [*tabs, {"state": ALL, "label": _("All"), "count": sum(self.counts.values())}]

    def _here(self) -> str:
        """Return the address of this view of the queue, to come back to after a decision."""
        query = self.request.GET.copy()
        query.pop("_w_filter_fragment", None)
        return f"{reverse(self.index_url_name)}?{query.urlencode()}"

    def _thread(self) -> Thread | None:
        """Return the conversation that the queue is narrowed to."""
        page = self.request.GET.get("page", "")
        known = page.isascii() and page.isdigit() and len(page) < 10
        rows = Thread.objects.select_related("page")
        return rows.filter(page_id=int(page)).first() if known else None


class CommentAdminView(ModerationMixin, WagtailAdminTemplateMixin, TemplateView):
    """One comment: all that is known of it, and who decided what."""

    template_name = "cx_feedback/comments/admin/comment.html"
    header_icon = "comment"
    page_title = gettext_lazy("Comment")

    @cached_property
    def comment(self) -> Comment:
        rows = Comment.objects.select_related("thread__page", "parent")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.comment.author_name or str(self.comment.get_state_display())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse_lazy("cx_comments:queue"), "label": _("Comments")},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        state = self.comment.state
        self.comment.offered = labelled(OFFERED[state], state)  # type: ignore[attr-defined]
        context.update(
            comment=self.comment,
            events=self.comment.events.select_related("moderator"),
            here=self.request.path,
        )
        return context


class DecideView(ModerationMixin, View):
    """Take decisions: one by its button, or one act for all that are ticked."""

    def post(self, request: HttpRequest) -> HttpResponse:
        act, ids = _asked(request)
        reason = request.POST.get("reason", "").strip()
        decision = services.decide(act, ids=ids, moderator=request.user, reason=reason)
        message = _said(act, len(decision.changed))
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"changed": decision.changed, "message": message})
        (messages.success if decision.changed else messages.warning)(request, message)
        return redirect(get_valid_next_url_from_request(request) or "cx_comments:queue")


class ConversationView(ModerationMixin, View):
    """Close a page's conversation to new comments, or open it again."""

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        get_object_or_404(Thread, page_id=page_id)
        closed = request.POST.get("closed") == "yes"
        services.set_closed(page_id=page_id, closed=closed)
        said = _("The conversation is closed.") if closed else _("The conversation is open.")
        messages.success(request, said)
        return redirect(get_valid_next_url_from_request(request) or "cx_comments:queue")


def comment_url(comment: Comment) -> str:
    """Return the address of a comment's screen in the admin."""
    return reverse("cx_comments:comment", args=[quote(comment.pk)])


def _asked(request: HttpRequest) -> tuple[str, list[int]]:
    """Return the act and the ids that the form asks for; raises BadRequest for nonsense."""
    one = request.POST.get("one", "")
    act, _colon, pk = one.partition(":") if one else (request.POST.get("act", ""), "", "")
    asked = [pk] if one else request.POST.getlist("ids")
    if act not in services.ACTS or not all(i.isascii() and i.isdigit() for i in asked):
        raise BadRequest("No such act")
    return act, [int(i) for i in asked if len(i) < 19]


def _said(act: str, count: int) -> str:
    """Return what happened, in words."""
    if not count:
        return _("Nothing changed: tick some comments that this applies to.")
    words = {
        "approve": ngettext("%d comment approved.", "%d comments approved.", count),
        "reject": ngettext("%d comment rejected.", "%d comments rejected.", count),
        "mark_spam": ngettext("%d comment marked as spam.", "%d comments marked as spam.", count),
        "hide": ngettext("%d comment hidden.", "%d comments hidden.", count),
        "restore": ngettext("%d comment restored.", "%d comments restored.", count),
    }
    return words[act] % count
