"""REST: published surveys, answers to them, and their results for staff with the right."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe
from cx_feedback.core.api.views import FeedbackAPIView, page_id_in
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages import require_page
from cx_feedback.readers.identity import remember, sender_of, speaker_of
from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.api import serializers as shapes
from cx_feedback.surveys.models import Survey


class SurveysView(FeedbackAPIView):
    """``GET``: the published surveys."""

    @describe(operation_id="surveys_list", responses=shapes.SurveyOut(many=True))
    def get(self, request: Request) -> Response:
        return Response([shapes.survey_json(live) for live in selectors.live_surveys()])


class SurveyView(FeedbackAPIView):
    """``GET``: one published survey with its questions, for pages that Wagtail does not render."""

    kind = Survey.SURVEY
    url_name = "cx_feedback:api-survey"

    @describe(responses=shapes.SurveyOut)
    def get(self, request: Request, pk: int) -> Response:
        live = selectors.live_survey(survey_id=pk, kind=self.kind)
        return Response(shapes.survey_json(live, self.url_name))


class ResponsesView(FeedbackAPIView):
    """``POST {"page": 12, "answers": {…}}``: store one reader's answers."""

    kind = Survey.SURVEY
    #: Anybody answers, as the reader whom a cookie names: nobody's session is read.
    authentication_classes = []
    permission_classes = []

    @describe(request=shapes.AnswersIn, responses={201: shapes.AnswersOut})
    def post(self, request: Request, pk: int) -> Response:
        data, django_request = self.body(request), request._request
        key = request.headers.get("Idempotency-Key", "")
        response = services.submit(
            survey_id=pk,
            kind=self.kind,
            answers=data.get("answers"),
            page_id=require_page(page_id_in(data), django_request),
            reader=speaker_of(django_request),
            language=get_language() or "",
            idempotency_key=key,
            sender=sender_of(django_request) if key else None,
            seconds=seconds_in(data),
        )
        stored = Response(shapes.stored_json(response, django_request), status=201)
        if not response.repeated:
            remember(django_request, stored, response.reader)
        return stored


class StartsView(FeedbackAPIView):
    """``POST {"page": 12}``: somebody began to answer. Nothing about who is kept."""

    kind = Survey.SURVEY
    authentication_classes = []
    permission_classes = []
    throttle_scope = "visit"

    @describe(request=shapes.StartIn, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        data = self.body(request)
        services.start(
            survey_id=pk,
            kind=self.kind,
            page_id=require_page(page_id_in(data), request._request),
            language=get_language() or "",
        )
        return Response(status=204)


def seconds_in(data: dict[str, Any]) -> int | None:
    """Return ``data["seconds"]`` when it is a whole number or missing; raises InvalidInput."""
    seconds = data.get("seconds")
    whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if seconds is None or (whole and seconds >= 0):
        return seconds
    raise InvalidInput(fields={"seconds": [_("A whole number of seconds.")]})
