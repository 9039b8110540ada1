"""The log of decisions with moderator, states, reason and spam findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.views.generic.base import BaseListingView

from cx_feedback.comments.models import CommentRevision, ModerationEvent
from cx_feedback.comments.moderation.base_views import ModeratorViewMixin
from cx_feedback.comments.moderation.decision_buttons import DECISION_LABELS
from cx_feedback.comments.moderation.queue_rows import FindingText, describe_findings
from cx_feedback.comments.services.undo import NOT_UNDOABLE
from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.text.text_cleaning import html_to_text


@dataclass(frozen=True)
class LogLine:
    """A line of the log."""

    event: ModerationEvent
    label: Any
    findings: list[FindingText]
    #: The text that was decided on, on one line; None if it is no longer stored.
    text: str | None
    undoable: bool


def build_lines(events: Sequence[ModerationEvent]) -> list[LogLine]:
    """Return a line for each decision, with one query for the texts decided on."""
    asked = {(event.comment_id, event.revision) for event in events if event.revision}
    rows = CommentRevision.objects.filter(
        comment__in={pk for pk, _number in asked}, number__in={number for _pk, number in asked}
    )
    texts = {(row.comment_id, row.number): html_to_text(row.html) for row in rows}
    return [
        LogLine(
            event,
            DECISION_LABELS.get(event.action, "") or event.get_to_state_display(),
            describe_findings(event.spam_findings),
            texts.get((event.comment_id, event.revision or 0), _get_present_text(event)),
            bool(event.batch) and not event.undone and event.action not in NOT_UNDOABLE,
        )
        for event in events
    ]


def _get_present_text(event: ModerationEvent) -> str | None:
    """Return the comment's text, None if the event is about another revision of it."""
    comment = event.comment
    return comment.visible_text if event.revision in (None, comment.revision) else None


def _get_moderators(request: Any) -> QuerySet[Any]:
    ids = ModerationEvent.objects.filter(moderator__isnull=False).values("moderator")
    return get_user_model()._default_manager.filter(pk__in=ids)


class LogFilterSet(WagtailFilterSet):
    """Filters by moderator, action and day."""

    moderator = django_filters.ModelChoiceFilter(
        label=pgettext_lazy("comment", "Moderator"), queryset=_get_moderators
    )
    action = django_filters.ChoiceFilter(
        label=pgettext_lazy("comment", "Action"), choices=list(DECISION_LABELS.items())
    )
    created_at = django_filters.DateFromToRangeFilter(
        label=pgettext_lazy("comment", "When"), widget=DateRangePickerWidget
    )

    class Meta:
        model = ModerationEvent
        fields: ClassVar[list[str]] = []


class LogView(ModeratorViewMixin, BaseListingView):
    """The decisions in the moderator's scope, newest first."""

    model = ModerationEvent
    page_title = pgettext_lazy("comment", "Decisions")
    header_icon = "history"
    template_name = "cx_feedback/comments/admin/listing_base.html"
    results_template_name = "cx_feedback/comments/admin/log_results.html"
    index_url_name = "cx_comments:log"
    index_results_url_name = "cx_comments:log_results"
    filterset_class = LogFilterSet
    default_ordering = "-pk"
    paginate_by = 50

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        queue = (reverse("cx_comments:queue"), pgettext("comment", "Comments"))
        return get_breadcrumbs(self, queue)

    def get_base_queryset(self) -> QuerySet[ModerationEvent]:
        rows = ModerationEvent.objects.select_related("moderator", "comment__thread__page")
        return rows if self.scope.everywhere else rows.filter(comment__in=self.scope.comments())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "lines": build_lines(context["object_list"])}
