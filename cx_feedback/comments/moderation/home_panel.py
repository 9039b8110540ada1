"""The panels of pending comments on the admin home page."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component

from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.moderation.queue_tabs import MAX_COUNTED
from cx_feedback.comments.permissions import Scope

MAX_COMMENTS = 5


def get_pending_comments(scope: Scope) -> QuerySet[Comment]:
    """Return the pending comments in ``scope``."""
    if scope.everywhere:
        # This query uses only the index of the queue.
        return Comment.objects.filter(state=State.PENDING)
    return scope.comments().filter(state=State.PENDING)


def count_pending_comments(request: HttpRequest, scope: Scope) -> int:
    """Return how many comments wait in ``scope``, at most ``MAX_COUNTED``.

    The queue has counted them already when its menu is rendered.
    """
    known: int | None = getattr(request, "cx_pending_comments", None)
    return get_pending_comments(scope)[:MAX_COUNTED].count() if known is None else known


class PendingPanel(Component):
    """The oldest pending comments."""

    name = "cx-comments-waiting"
    order = 150
    template_name = "cx_feedback/comments/admin/home_panel.html"

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        rows = get_pending_comments(self.scope)
        return {
            "waiting": rows.count(),
            "flagged": self.scope.comments().filter(flags__gt=0).count(),
            "comments": rows.select_related("thread__page").order_by("pk")[:MAX_COMMENTS],
        }


class PendingSummary(SummaryItem):
    """The number of pending comments in the site summary."""

    order = 350
    template_name = "cx_feedback/comments/admin/site_summary.html"

    def __init__(self, request: HttpRequest, scope: Scope) -> None:
        super().__init__(request)
        self.scope = scope

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"waiting": get_pending_comments(self.scope).count()}

    def is_shown(self) -> bool:
        return True
