"""REST views for votes, flags and follows."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.comments.api import serializers as shapes
from cx_feedback.comments.following import follow_input
from cx_feedback.comments.submission.author import set_reader_cookie
from cx_feedback.comments.views import reader_actions
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView, parse_page_field
from cx_feedback.readers.acts.idempotency import run_once


class VotesView(FeedbackAPIView):
    """``POST {"value": 1}``: set, change or remove the reader's vote on a comment.

    ``{"reaction": "love"}`` where the site takes reactions.
    """

    @describe_endpoint(request=shapes.VoteSerializer, responses=shapes.TallySerializer)
    def post(self, request: Request, comment_id: int) -> Response:
        data = self.get_json_object(request)
        return self._vote(request, comment_id, data.get("value"), data.get("reaction"))

    @describe_endpoint(responses=shapes.TallySerializer)
    def delete(self, request: Request, comment_id: int) -> Response:
        return self._vote(request, comment_id, 0)

    def _vote(
        self, request: Request, comment_id: int, value: Any, reaction: Any = None
    ) -> Response:
        acted = reader_actions.cast_vote(self.django_request, comment_id, value, reaction)
        response = Response(acted.result)
        set_reader_cookie(self.django_request, response, acted.actor)
        return response


class FlagsView(FeedbackAPIView):
    """``POST {"reason": "abuse", "text": "…"}``: report a comment; 201, or 200 for a repeat."""

    @describe_endpoint(
        request=shapes.FlagSerializer,
        responses={200: shapes.FlagSerializer, 201: shapes.FlagSerializer},
    )
    def post(self, request: Request, comment_id: int) -> Response:
        data = self.get_json_object(request)
        reason, text = data.get("reason"), data.get("text", "")
        acted = reader_actions.flag_comment(
            self.django_request, comment_id, reason=reason, text=text
        )
        response = Response({"reason": reason, "text": text}, status=201 if acted.result else 200)
        set_reader_cookie(self.django_request, response, acted.actor)
        return response


class FollowsView(FeedbackAPIView):
    """``POST {"page": 12, "email": "…"}``: always 202, and an email to confirm."""

    throttle_scope = "mail"

    @describe_endpoint(request=shapes.FollowSerializer, responses={202: None})
    def post(self, request: Request) -> Response:
        data, django_request = self.get_json_object(request), self.django_request

        def follow() -> tuple[str, None]:
            follow_input.create_follow(django_request, data, parse_page_field(data))
            return "", None

        run_once(django_request, ["follow", data], follow)
        return Response(status=202)
