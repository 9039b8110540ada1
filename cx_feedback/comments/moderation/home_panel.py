"""The panels of pending comments on the admin home page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component

from cx_feedback.comments.models import Comment, CommentSettings, State, WaitingAlert
from cx_feedback.comments.permissions import Scope
from cx_feedback.core.database.bounded_counts import format_bounded_count

MAX_COMMENTS = 5


def get_pending_comments(scope: Scope) -> QuerySet[Comment]:
    """Return the pending comments in ``scope``."""
    if scope.everywhere:
        # This query uses only the index of the queue.
        return Comment.objects.filter(state=State.PENDING)
    return scope.comments().filter(state=State.PENDING)


def count_pending_comments(request: HttpRequest, scope: Scope) -> int:
    """Return how many comments wait in ``scope``, at most as many as tabs do.

    The queue has counted them already when its menu is rendered.
    """
    from cx_feedback.comments.moderation.queue_tabs import MAX_COUNTED

    known: int | None = getattr(request, "cx_pending_comments", None)
    return get_pending_comments(scope)[:MAX_COUNTED].count() if known is None else known


#: The most late comments that the panel counts.
MAX_LATE = 100


@dataclass(frozen=True)
class LateComments:
    """The comments that wait longer than a site sets, by the alert that a job has begun."""

    hours: int
    count: int
    #: The tab of the queue that has the first of them.
    tab: str

    @property
    def shown_count(self) -> str:
        return format_bounded_count(self.count, MAX_LATE)


def count_late(scope: Scope) -> LateComments | None:
    """Return what is late in ``scope``, None if nothing is; one query while no alert is open."""
    # Imported here, since a process that starts imports this module.
    from cx_feedback.comments.moderation.queue_tab_names import EDITED, OBJECTED
    from cx_feedback.comments.services.waiting_alerts import get_late_comments, get_patience

    alerts = WaitingAlert.objects.filter(ended_at__isnull=True).values("site")
    watched = CommentSettings.objects.filter(site__in=alerts, alert_hours__gt=0)
    for settings in watched.select_related("site__root_page").order_by("alert_hours"):
        late = get_late_comments(timezone.now() - get_patience(settings))
        below = settings.site.root_page.path
        mine = scope.comments().filter(thread__page__path__startswith=below).values("pk")
        inside = [rows.filter(pk__in=mine) for rows in late]
        counts = [len(rows.values_list("pk")[:MAX_LATE]) for rows in inside]
        if any(counts):
            tabs = (str(State.PENDING), EDITED, OBJECTED)
            tab = next(tab for tab, count in zip(tabs, counts, strict=True) if count)
            return LateComments(settings.alert_hours, sum(counts), tab)
    return None


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
            "late": count_late(self.scope),
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
