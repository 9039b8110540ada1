"""Answers to an open queue every ten seconds: new comments, decisions, who looks at what."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cx_feedback.comments.models import Comment, CommentRevision, Flag, ModerationEvent
from cx_feedback.comments.moderation.author_notes import attach_notes
from cx_feedback.comments.moderation.decision_views import parse_seen_values
from cx_feedback.comments.moderation.queue_rows import build_rows
from cx_feedback.comments.moderation.queue_tabs import MAX_COUNTED, filter_by_tab
from cx_feedback.comments.moderation.queue_views import QueueView
from cx_feedback.comments.moderation.text_changes import describe_changes, describe_news
from cx_feedback.comments.services import SeenComment
from cx_feedback.core.admin.presence import Colleague, describe_presence, record_presence
from cx_feedback.core.database.bounded_counts import format_bounded_count
from cx_feedback.core.database.scalar_queries import LatestIdsSubquery, fetch_scalars
from cx_feedback.core.http.parameters import parse_id

#: Rows that a queue may ask about, or for, in one request.
MAX_ROWS = 100
#: New comments that are put in at once, and that are counted.
MAX_ARRIVED, MAX_NEW = 50, 1_000


def get_queue_version() -> tuple[Any, ...]:
    """Return numbers that change with every new comment, edit, decision and report; one query."""
    found = fetch_scalars(
        comments=LatestIdsSubquery(Comment.objects.all()),
        revisions=LatestIdsSubquery(CommentRevision.objects.all()),
        events=LatestIdsSubquery(ModerationEvent.objects.all()),
        flags=LatestIdsSubquery(Flag.objects.all()),
    )
    return tuple(found.values())


class QueueNewsView(QueueView):
    """Changes since the queue was opened, for the script; 304 if there are none.

    Parameters besides those of the queue: ``seen`` is what each row shows, separated by commas,
    ``at`` the ID of the current row, ``since`` the highest ID of a comment at that time.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seen = parse_seen_values(request.GET.get("seen", "").split(",")[:MAX_ROWS])
        at, own = parse_id(request.GET.get("at", "")), self._keep_own(seen)
        looking = record_presence(request.user, at if at in own else None, own, kind="comment")
        etag = _build_etag(get_queue_version(), looking)
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None:
            return unchanged
        response = JsonResponse(self._collect_news(seen, looking))
        response.headers["ETag"] = etag
        return response

    def _keep_own(self, ids: Iterable[int]) -> list[int]:
        """Return the IDs of comments in the scope: nobody is seen at others, or sees who is."""
        if self.scope.everywhere:
            return list(ids)
        return list(self.scope.comments().filter(pk__in=ids).values_list("pk", flat=True))

    def _collect_news(
        self, seen: Mapping[int, SeenComment], looking: Mapping[int, list[Colleague]]
    ) -> dict[str, Any]:
        tab = self.get_queryset()
        since = parse_id(self.request.GET.get("since", "")) or 0
        arrived = tab.filter(pk__gt=since).exclude(pk__in=seen).order_by("pk")
        ids = list(arrived.values_list("pk", flat=True)[:MAX_NEW])
        own = self.scope.comments().filter(pk__in=seen).select_related("thread")
        comments = {comment.pk: comment for comment in own}
        in_tab = set(
            filter_by_tab(own, self.state).values_list("pk", flat=True) if comments else ()
        )
        changed = [
            comment
            for pk, comment in comments.items()
            if pk not in in_tab or not seen[pk].is_current(comment)
        ]
        words = describe_news(changed, seen)
        return {
            "counts": {
                name: format_bounded_count(count, MAX_COUNTED)
                for name, count in self.counts.items()
            },
            "arrived": ids[:MAX_ARRIVED],
            "message": _describe_arrived(len(ids)) if ids else "",
            "changed": {
                f"{pk}:{was_seen}": {
                    "words": words.get(pk) or _("This comment has been deleted."),
                    "settled": pk not in in_tab or comments[pk].state != was_seen.state,
                }
                for pk, was_seen in seen.items()
                if pk in words or pk not in comments
            },
            "looking": {
                pk: describe_presence(people) for pk, people in looking.items() if pk in comments
            },
        }


class QueueRowsView(QueueView):
    """The rows of the comments ``ids`` as they are now, for the script.

    With ``seen`` a row says what has changed since.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = [parse_id(pk) for pk in request.GET.get("ids", "").split(",")[:MAX_ROWS]]
        ids = [pk for pk in asked if pk is not None]
        seen = parse_seen_values(request.GET.get("seen", "").split(",")[:MAX_ROWS])
        comments = list(self.get_base_queryset().filter(pk__in=ids).order_by("pk"))
        changes = describe_changes([c for c in comments if c.pk in seen], seen)
        rows = build_rows(comments, self.scope.comments(), changes)
        attach_notes(rows, self.scope, request.user)
        here = reverse(self.index_url_name)
        shown = {
            row.comment.pk: render_to_string(
                "cx_feedback/comments/admin/queue_row.html",
                {"row": row, "state": self.state, "here": here},
                request,
            )
            for row in rows
        }
        return JsonResponse({"rows": shown})


def _build_etag(version: tuple[Any, ...], looking: Mapping[int, list[Colleague]]) -> str:
    text = repr((version, sorted(looking.items())))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _describe_arrived(count: int) -> str:
    if count >= MAX_NEW:
        return _("More than %d new comments – show") % (MAX_NEW - 1)
    return ngettext("%d new comment – show", "%d new comments – show", count) % count
