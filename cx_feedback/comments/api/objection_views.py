"""REST: objections of authors to decisions on their comments, and moderators' decisions on them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.comments import permissions, services
from cx_feedback.comments.api import objection_serializers as shapes
from cx_feedback.comments.api.decision_json import (
    DecisionConflict,
    build_conflict,
    describe_comment,
    read_seen,
)
from cx_feedback.comments.api.decision_serializers import DecisionConflictSerializer
from cx_feedback.comments.models import OBJECTION_LENGTH, Comment, Objection
from cx_feedback.comments.submission.author import Actor, get_actor
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.errors import Conflict, InvalidInput, NotFound
from cx_feedback.core.http.parameters import LARGEST_ID, parse_number
from cx_feedback.core.permissions import AccessRule
from cx_feedback.readers.acts.idempotency import run_once

#: Objections of one answer.
LIMIT = 50


class OwnObjectionsView(FeedbackAPIView):
    """The author's objections about one of their comments, and a new one.

    ``POST {"decision": 12, "text": "…"}``, once for each decision. ``decision`` is that of
    ``refused`` in ``comments/?only=mine``.
    """

    @describe_endpoint(
        operation_id="comments_own_objections_list", responses=shapes.OwnObjectionListSerializer
    )
    def get(self, request: Request, comment_id: int) -> Response:
        comment = _get_own_comment(get_actor(self.django_request), comment_id)
        rows = Objection.objects.filter(comment=comment).order_by("-pk")
        return Response({"objections": [_describe_own_objection(row) for row in rows[:LIMIT]]})

    @describe_endpoint(
        operation_id="comments_own_objections_create",
        request=shapes.ObjectionInputSerializer,
        responses={201: shapes.OwnObjectionSerializer},
    )
    def post(self, request: Request, comment_id: int) -> Response:
        event_id, text = _parse_objection(self.get_json_object(request))
        actor = get_actor(self.django_request)
        comment = _get_own_comment(actor, comment_id)
        if not comment.events.filter(pk=event_id).exists():
            raise InvalidInput(fields={"decision": [_("There is no such decision on it.")]})

        def object_once() -> tuple[int, Any]:
            return services.object_to_refusal(event_id=event_id, text=text).pk, actor.reader

        pk = run_once(self.django_request, ["object", event_id, text], object_once)
        return Response(_describe_own_objection(Objection.objects.get(pk=pk)), status=201)


class ObjectionsView(FeedbackAPIView):
    """The open objections of the pages that the account moderates, the oldest first."""

    required_permission: ClassVar[AccessRule] = permissions.MODERATE

    @describe_endpoint(
        operation_id="comments_objections_list",
        parameters=[OpenApiParameter("after", int)],
        responses=shapes.ObjectionListSerializer,
    )
    def get(self, request: Request) -> Response:
        after = parse_number(request.query_params.get("after", "0"), 0, LARGEST_ID)
        if after is None:
            message = _("Must be the “next” value of the previous page.")
            raise InvalidInput(fields={"after": [message]})
        rows = _get_objections(request.user).filter(state=Objection.State.OPEN, pk__gt=after)
        found = list(rows.order_by("pk")[: LIMIT + 1])
        shown = found[:LIMIT]
        answer = {"objections": [_describe_objection(row) for row in shown]}
        return Response({**answer, "next": shown[-1].pk if len(found) > LIMIT else None})


class ObjectionView(FeedbackAPIView):
    """One objection, and the decision on it.

    ``POST {"decision": "dismiss", "answer": "…", "revision": 1, "state": "rejected"}``, where
    ``revision`` and ``state`` are those of the comment that the moderator read.
    """

    required_permission: ClassVar[AccessRule] = permissions.MODERATE
    throttle_scope = "decision"

    @describe_endpoint(responses=shapes.ObjectionSerializer)
    def get(self, request: Request, objection_id: int) -> Response:
        return Response(_describe_objection(_get_objection(request.user, objection_id)))

    @describe_endpoint(
        request=shapes.ObjectionDecisionInputSerializer,
        responses={
            200: shapes.ObjectionDecisionSerializer,
            (409, "application/problem+json"): DecisionConflictSerializer,
        },
    )
    def post(self, request: Request, objection_id: int) -> Response:
        choice, seen, answer = _parse_decision(self.get_json_object(request))
        _get_objection(request.user, objection_id)
        changed = True
        try:
            services.decide_on_objection(
                objection_id=objection_id,
                uphold=choice == "uphold",
                answer=answer,
                moderator=request.user,
                seen=seen,
                among=permissions.get_scope(request.user).comments(),
            )
        except Conflict as error:
            now = _get_objection(request.user, objection_id)
            if now.state == Objection.State.OPEN:
                raise build_conflict(now.comment, seen) from None
            if now.state != shapes.OUTCOMES[choice]:
                current = {**describe_comment(now.comment), "difference": ""}
                raise DecisionConflict(error.detail, current) from None
            changed = False
        objection = _get_objection(request.user, objection_id)
        batch = str(objection.batch) if changed else None
        return Response({**_describe_objection(objection), "changed": changed, "batch": batch})


def _get_own_comment(actor: Actor, comment_id: int) -> Comment:
    """Return a comment of the actor's own, in whatever state. Raises NotFound."""
    mine = actor.get_own_filter()
    rows = Comment.objects.none() if mine is None else Comment.objects.filter(mine)
    found = rows.filter(pk=comment_id).first() if comment_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def _get_objections(user: Any) -> QuerySet[Objection]:
    rows = Objection.objects.filter(comment__in=permissions.get_scope(user).comments())
    return rows.select_related("event", "comment__thread")


def _get_objection(user: Any, objection_id: int) -> Objection:
    rows = _get_objections(user)
    found = rows.filter(pk=objection_id).first() if objection_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def _describe_own_objection(objection: Objection) -> dict[str, Any]:
    return {
        "decision": objection.event_id,
        "text": objection.text,
        "state": objection.state,
        "answer": objection.answer,
        "created_at": objection.created_at,
        "decided_at": objection.decided_at,
    }


def _describe_objection(objection: Objection) -> dict[str, Any]:
    event = objection.event
    return {
        "id": objection.pk,
        "state": objection.state,
        "text": objection.text,
        "answer": objection.answer,
        "created_at": objection.created_at,
        "decision": {
            "id": event.pk,
            "action": event.action,
            "reason": event.reason,
            "decided_at": event.created_at,
        },
        "comment": describe_comment(objection.comment),
    }


def _parse_objection(data: dict[str, Any]) -> tuple[int, str]:
    """Return the decision and the words; raises InvalidInput naming the fields."""
    event_id, text = data.get("decision"), data.get("text")
    errors: dict[str, list[str]] = {}
    if not isinstance(event_id, int) or isinstance(event_id, bool) or event_id < 1:
        errors["decision"] = [_("Name the decision that you object to: a whole number.")]
    elif event_id > LARGEST_ID:
        errors["decision"] = [_("There is no such decision on it.")]
    if not isinstance(text, str):
        errors["text"] = [_("Write some words first.")]
    if errors:
        raise InvalidInput(fields=errors)
    return int(str(event_id)), str(text)


def _parse_decision(data: dict[str, Any]) -> tuple[str, services.SeenComment, str]:
    """Return choice, what was seen, and the answer; raises InvalidInput naming the fields."""
    choice, answer = data.get("decision"), data.get("answer", "")
    errors: dict[str, list[str]] = {}
    if choice not in tuple(shapes.OUTCOMES):
        errors["decision"] = [_("Must be one of: %s.") % ", ".join(shapes.OUTCOMES)]
    seen = read_seen(data, errors)
    if not isinstance(answer, str) or len(answer) > OBJECTION_LENGTH:
        errors["answer"] = [_("At most %d characters.") % OBJECTION_LENGTH]
    if errors or seen is None:
        raise InvalidInput(fields=errors)
    return str(choice), seen, answer
