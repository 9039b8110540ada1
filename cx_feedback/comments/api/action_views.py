"""REST views for votes, flags and follows."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.comments.api import serializers as shapes
from cx_feedback.comments.following import follow_input
from cx_feedback.comments.submission.author import set_reader_cookie
from cx_feedback.comments.submission.flag_input import FlagSerializer
from cx_feedback.comments.submission.vote_input import VoteSerializer
from cx_feedback.comments.views import reader_actions
from cx_feedback.core.api.operation_traits import IDEMPOTENT
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.http.parameters import read_page_id
from cx_feedback.readers.acts.idempotent_actions import run_once


class VotesView(FeedbackAPIView):
    """``POST {"value": 1}``: set, change or remove the reader's vote on a comment.

    ``{"reaction": "love"}`` where the site takes reactions.
    """

    @describe_endpoint(
        request=VoteSerializer, responses=shapes.TallySerializer, traits=[IDEMPOTENT]
    )
    def post(self, request: Request, comment_id: int) -> Response:
        return self._vote(comment_id, self.get_json_object(request))

    @describe_endpoint(responses=shapes.TallySerializer, traits=[IDEMPOTENT])
    def delete(self, request: Request, comment_id: int) -> Response:
        return self._vote(comment_id, {"value": 0})

    def _vote(self, comment_id: int, data: dict[str, Any]) -> Response:
        acted = reader_actions.cast_vote(self.django_request, comment_id, data)
        response = Response(shapes.TallySerializer.build(acted.result))
        set_reader_cookie(self.django_request, response, acted.actor)
        return response


class FlagsView(FeedbackAPIView):
    """``POST {"reason": "abuse", "text": "…"}``: report a comment; 201, or 200 for a repeat."""

    @describe_endpoint(
        request=FlagSerializer,
        responses={200: FlagSerializer, 201: FlagSerializer},
        traits=[IDEMPOTENT],
    )
    def post(self, request: Request, comment_id: int) -> Response:
        data = self.get_json_object(request)
        acted = reader_actions.flag_comment(self.django_request, comment_id, data)
        answer = FlagSerializer.build({"reason": data["reason"], "text": data.get("text") or ""})
        response = Response(answer, status=201 if acted.result else 200)
        set_reader_cookie(self.django_request, response, acted.actor)
        return response


class FollowsView(FeedbackAPIView):
    """``POST {"page": 12, "email": "…"}``: always 202, and an email to confirm."""

    throttle_scope = "mail"

    @describe_endpoint(
        request=follow_input.FollowSerializer, responses={202: None}, traits=[IDEMPOTENT]
    )
    def post(self, request: Request) -> Response:
        data, django_request = self.get_json_object(request), self.django_request

        def follow() -> tuple[str, None]:
            follow_input.create_follow(django_request, data, read_page_id(data))
            return "", None

        run_once(django_request, ["follow", data], follow)
        return Response(status=202)
