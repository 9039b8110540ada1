"""REST: objections of authors to decisions on their comments, and moderators' decisions on them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.comments import permissions, services
from cx_feedback.comments.api import objection_serializers as shapes
from cx_feedback.comments.api.decision_json import build_conflict, collect_comment_to_decide
from cx_feedback.comments.api.decision_serializers import DecisionConflictSerializer
from cx_feedback.comments.api.moderator_view import ModeratorAPIView
from cx_feedback.comments.models import Comment, Objection
from cx_feedback.comments.services.objection_decisions import find_texts_to_show
from cx_feedback.comments.submission.author import Actor, get_actor
from cx_feedback.core.api.cursor_lists import CURSOR_PARAMETERS, read_part
from cx_feedback.core.api.operation_traits import IDEMPOTENT
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.errors import Conflict, InvalidInput, NotFound
from cx_feedback.core.http.parameters import LARGEST_ID
from cx_feedback.readers.acts.idempotent_actions import run_once


class OwnObjectionsView(FeedbackAPIView):
    """The author's objections about one of their comments, and a new one.

    ``POST {"decision": 12, "text": "…"}``, once for each decision. ``decision`` is that of
    ``refused`` in ``comments/?only=mine``.
    """

    @describe_endpoint(
        operation_id="comments_own_objections_list",
        parameters=CURSOR_PARAMETERS,
        responses=shapes.OwnObjectionListSerializer,
    )
    def get(self, request: Request, comment_id: int) -> Response:
        comment = _get_own_comment(get_actor(self.django_request), comment_id)
        part = read_part(request, Objection.objects.filter(comment=comment), newest_first=True)
        return Response(shapes.OwnObjectionListSerializer.build(part))

    @describe_endpoint(
        operation_id="comments_own_objections_create",
        request=shapes.ObjectionInputSerializer,
        responses={201: shapes.OwnObjectionSerializer},
        traits=[IDEMPOTENT],
    )
    def post(self, request: Request, comment_id: int) -> Response:
        said = shapes.ObjectionInputSerializer.read(self.get_json_object(request))
        event_id, text = said["decision"], said["text"]
        actor = get_actor(self.django_request)
        comment = _get_own_comment(actor, comment_id)
        if not comment.events.filter(pk=event_id).exists():
            raise InvalidInput(fields={"decision": [_("There is no such decision on it.")]})

        def object_once() -> tuple[int, Any]:
            return services.object_to_refusal(event_id=event_id, text=text).pk, actor.reader

        pk = run_once(self.django_request, ["object", event_id, text], object_once)
        answer = shapes.OwnObjectionSerializer.build(Objection.objects.get(pk=pk))
        return Response(answer, status=201)


class ObjectionsView(ModeratorAPIView):
    """The open objections of the pages that the account moderates, the oldest first."""

    @describe_endpoint(
        operation_id="comments_objections_list",
        parameters=CURSOR_PARAMETERS,
        responses=shapes.ObjectionListSerializer,
    )
    def get(self, request: Request) -> Response:
        rows = _get_objections(request.user).filter(state=Objection.State.OPEN)
        part = read_part(request, rows)
        answer = {"objections": _collect_objections(part.rows), "next": part.next}
        return Response(shapes.ObjectionListSerializer.build(answer))


class ObjectionView(ModeratorAPIView):
    """One objection, and the decision on it.

    ``POST {"decision": "dismiss", "answer": "…", "revision": 1, "state": "rejected"}``, where
    ``revision`` and ``state`` are those of the comment that the moderator read.
    """

    conflict_serializer = DecisionConflictSerializer

    @describe_endpoint(responses=shapes.ObjectionSerializer)
    def get(self, request: Request, objection_id: int) -> Response:
        [found] = _collect_objections([_get_objection(request.user, objection_id)])
        return Response(shapes.ObjectionSerializer.build(found))

    @describe_endpoint(
        request=shapes.ObjectionDecisionInputSerializer,
        responses={
            200: shapes.ObjectionDecisionSerializer,
            (409, "application/problem+json"): DecisionConflictSerializer,
        },
    )
    def post(self, request: Request, objection_id: int) -> Response:
        made = shapes.ObjectionDecisionInputSerializer.read(self.get_json_object(request))
        choice, seen = made["decision"], services.SeenComment(made["revision"], made["state"])
        _get_objection(request.user, objection_id)
        changed = True
        try:
            services.decide_on_objection(
                objection_id=objection_id,
                uphold=choice == "uphold",
                answer=made["answer"],
                moderator=request.user,
                seen=seen,
                among=permissions.get_scope(request.user).comments(),
            )
        except Conflict as error:
            now = _get_objection(request.user, objection_id)
            if now.state == Objection.State.OPEN:
                raise build_conflict(now.comment, seen) from None
            if now.state != shapes.OUTCOMES[choice]:
                current = {**collect_comment_to_decide(now.comment), "difference": ""}
                raise Conflict(error.detail, current=current) from None
            changed = False
        objection = _get_objection(request.user, objection_id)
        done = {"changed": changed, "batch": objection.batch if changed else None}
        answer = {**_collect_objections([objection])[0], **done}
        return Response(shapes.ObjectionDecisionSerializer.build(answer))


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


def _collect_objections(objections: list[Objection]) -> list[dict[str, Any]]:
    """Return what ``ObjectionSerializer`` reads of objections."""
    texts = find_texts_to_show(objections)
    return [
        {
            "objection": objection,
            "comment": collect_comment_to_decide(objection.comment),
            "edit": texts[objection.pk].html if objection.pk in texts else "",
        }
        for objection in objections
    ]
