"""REST: what moderators decide on, and their decisions."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.comments import permissions, services
from cx_feedback.comments.api import decision_serializers as shapes
from cx_feedback.comments.api.decision_json import build_conflict, collect_comment_to_decide
from cx_feedback.comments.api.moderator_view import ModeratorAPIView
from cx_feedback.comments.models import REFUSE_EDIT, Comment, ModerationEvent, State
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.errors import Closed, Conflict, InvalidInput, NotFound


class DecisionsView(ModeratorAPIView):
    """A comment as moderators see it, and decisions about it.

    ``POST {"decision": "approve", "revision": 2, "state": "pending", "reason": "…"}``, where
    ``revision`` and ``state`` are those of the text that the moderator read.
    """

    conflict_serializer = shapes.DecisionConflictSerializer

    @describe_endpoint(responses=shapes.CommentToDecideSerializer)
    def get(self, request: Request, comment_id: int) -> Response:
        found = collect_comment_to_decide(self._get_comment(comment_id))
        return Response(shapes.CommentToDecideSerializer.build(found))

    @describe_endpoint(
        request=shapes.DecisionInputSerializer,
        responses={
            200: shapes.DecisionSerializer,
            (409, "application/problem+json"): shapes.DecisionConflictSerializer,
        },
    )
    def post(self, request: Request, comment_id: int) -> Response:
        made = shapes.DecisionInputSerializer.read(self.get_json_object(request))
        action, seen = made["decision"], services.SeenComment(made["revision"], made["state"])
        comment = self._get_comment(comment_id)
        if not _has_revision(comment, seen.revision):
            raise InvalidInput(fields={"revision": [_("This comment has no such revision.")]})
        asked: dict[str, Any] = {
            "ids": [comment_id],
            "moderator": request.user,
            "among": self._get_comments(),
            "seen": {comment_id: seen},
        }
        if action in services.HIGHLIGHT_ACTIONS:
            decision = services.highlight_comments(action, **asked)
        else:
            decision = services.decide_on_comments(action, reason=made["reason"].strip(), **asked)
        comment = self._get_comment(comment_id)
        if not decision.changed:
            _require_repeat(action, comment, seen, conflict=bool(decision.conflicts))
        answer = {
            **collect_comment_to_decide(comment),
            "changed": bool(decision.changed),
            "batch": decision.batch,
        }
        return Response(shapes.DecisionSerializer.build(answer))

    def _get_comments(self) -> QuerySet[Comment]:
        return permissions.get_scope(self.request.user).comments()

    def _get_comment(self, comment_id: int) -> Comment:
        rows = self._get_comments().select_related("thread")
        found = rows.filter(pk=comment_id).first() if comment_id < 2**63 else None
        if found is None:
            raise NotFound
        return found


class UndoView(ModeratorAPIView):
    """``POST`` takes an action back, by the ``batch`` that its decision answered.

    A comment that has been changed since keeps the later change.
    """

    conflict_serializer = shapes.UndoConflictSerializer

    @describe_endpoint(
        request=None,
        responses={
            200: shapes.UndoneSerializer,
            (409, "application/problem+json"): shapes.UndoConflictSerializer,
        },
    )
    def post(self, request: Request, batch: uuid.UUID) -> Response:
        mine = permissions.get_scope(request.user).comments()
        actions = set(
            ModerationEvent.objects.filter(batch=batch, comment__in=mine).values_list(
                "action", flat=True
            )
        )
        if not actions:
            raise NotFound
        if actions <= set(services.NOT_UNDOABLE):
            raise Closed(_("This action can't be undone."))
        decision = services.undo_decision(batch=batch, moderator=request.user, among=mine)
        rows = mine.filter(events__batch=batch).select_related("thread").order_by("pk").distinct()
        shown = [collect_comment_to_decide(comment) for comment in rows]
        if not decision.changed and any(row["comment"].pk in decision.skipped for row in shown):
            detail = _("Nothing was undone: what this action changed has changed since.")
            raise Conflict(detail, current=shown)
        answer = {"comments": shown, "changed": sorted(decision.changed)}
        return Response(shapes.UndoneSerializer.build(answer))


def _require_repeat(
    action: str, comment: Comment, seen: services.SeenComment, *, conflict: bool
) -> None:
    """Raise an error if a decision that changed nothing is not the one that holds already."""
    if _is_last_decision(action, comment, seen):
        return
    if conflict:
        raise build_conflict(comment, seen)
    if comment.state == seen.state and not _is_highlighted(action, comment):
        raise InvalidInput(fields={"decision": [_describe_refusal(comment)]})


def _has_revision(comment: Comment, number: int) -> bool:
    """Return whether the comment has, or had, a text of this number: a refused edit is one."""
    if number <= comment.latest_revision:
        return True
    return number < 2**31 and comment.revisions.filter(number=number).exists()


def _is_last_decision(action: str, comment: Comment, seen: services.SeenComment) -> bool:
    """Return whether the same was decided last, on the text that was seen.

    Not all decisions change the state: an approval dismisses reports, a refused edit goes.
    """
    if comment.proposed is not None or comment.revision > seen.revision:
        return False
    if action == REFUSE_EDIT and comment.revision == seen.revision:
        return False  # An objection has brought the edit back.
    made = comment.events.filter(undone=False, action__in=services.DECISIONS)
    last = made.order_by("-pk").values_list("action", "revision").first()
    return last == (action, seen.revision)


def _is_highlighted(action: str, comment: Comment) -> bool:
    """Return whether a highlight is already as ``action`` makes it."""
    reverse = services.HIGHLIGHT_ACTIONS.get(action)
    return reverse in services.get_highlight_actions(comment)


def _describe_refusal(comment: Comment) -> str:
    message = _("This decision is not available for a comment in the state “%s”.")
    return message % State(comment.state).label
