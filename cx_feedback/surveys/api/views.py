"""REST: published surveys and the responses to them."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView, SameSiteSession, parse_page_field
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import parse_page_id
from cx_feedback.core.http.throttles import throttle_request
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.core.permissions import AccessRule
from cx_feedback.readers.identity.reader_cookie import set_reader_cookie
from cx_feedback.readers.identity.request_reader import get_sender_of_request, get_speaker
from cx_feedback.surveys import permissions, selectors, services
from cx_feedback.surveys.api import raw_responses
from cx_feedback.surveys.api import serializers as shapes
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.partials.answered_pages import parse_partial_key
from cx_feedback.surveys.responses import answer_copy, survey_access
from cx_feedback.surveys.responses.answered_version import parse_version_field
from cx_feedback.surveys.responses.editor_tests import is_editors_test
from cx_feedback.surveys.selectors import LiveSurvey


class SurveysView(FeedbackAPIView):
    """``GET``: the published surveys that are open by their address."""

    @describe_endpoint(operation_id="surveys_list", responses=shapes.SurveyOut(many=True))
    def get(self, request: Request) -> Response:
        lives = selectors.list_live_surveys()
        return Response([shapes.survey_json(live) for live in lives if live.open_by_address])


class SurveyView(FeedbackAPIView):
    """``GET``: one published survey with its questions, for pages that Wagtail does not render.

    With ``?page=12`` for a survey that is not open by its address but shown on that page.
    """

    kind = Survey.SURVEY
    url_name = "cx_feedback:api-survey"

    @describe_endpoint(
        responses=shapes.SurveyOut,
        parameters=[
            OpenApiParameter("page", int, description="Id of the page that shows it."),
            OpenApiParameter("key", str, description="The key of a form of it, instead."),
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        page, key = request.query_params.get("page", ""), request.query_params.get("key", "")
        number = parse_page_id(page)
        live = get_survey(self, pk, number, key)
        return Response(shapes.survey_json(live, self.url_name))


class PublicSurveyView(FeedbackAPIView):
    """Base of views for readers, who are known by their cookie and not by a session.

    The user of Django's request is read only for pages with view restrictions.
    """

    kind = Survey.SURVEY
    authentication_classes = []

    def perform_authentication(self, request: Request) -> None:
        """Leave ``request.user`` alone: REST framework would make Django's request anonymous."""


class ResponsesView(PublicSurveyView):
    """``POST {"page": 12, "answers": {…}}``: store one reader's answers.

    ``GET``: the stored responses, for accounts with a permission of its own.
    """

    accepts_previews = True
    #: Whose answers may be tests.
    editors: ClassVar[AccessRule] = permissions.SURVEYS.change

    def get_authenticators(self) -> list[Any]:
        """Return the session for reading; whoever sends answers is known by the cookie."""
        return [SameSiteSession()] if self._is_read else []

    def perform_authentication(self, request: Request) -> None:
        if self._is_read:
            FeedbackAPIView.perform_authentication(self, request)

    def check_permissions(self, request: Request) -> None:
        if self._is_read and not permissions.FETCH_RESPONSES.is_granted_to(request.user):
            self.permission_denied(request)

    @property
    def _is_read(self) -> bool:
        return getattr(self.request, "method", "") in ("GET", "HEAD")

    @describe_endpoint(responses=raw_responses.RawResponsesOut, parameters=raw_responses.PARAMETERS)
    def get(self, request: Request, pk: int) -> Response:
        throttle_request(self.django_request, "fetch")
        survey: Any = get_object_or_404(Survey, pk=pk, kind=self.kind)
        found = raw_responses.raw_responses_json(
            survey,
            raw_responses.parse_response_query(request.query_params),
            self.django_request,
            with_texts=permissions.VIEW_TEXTS.is_granted_to(request.user),
        )
        return Response(found)

    @describe_endpoint(request=shapes.AnswersIn, responses={201: shapes.AnswersOut})
    def post(self, request: Request, pk: int) -> Response:
        data, django_request = self.get_json_object(request), self.django_request
        key, page_id = request.headers.get("Idempotency-Key", ""), parse_page_field(data)
        live = get_survey(self, pk, page_id, data.get("key"))
        response = services.submit_response(
            survey_id=pk,
            kind=self.kind,
            answers=data.get("answers"),
            page_id=require_page(page_id, django_request),
            reader=get_speaker(django_request),
            language=get_language() or "",
            idempotency_key=key,
            sender=get_sender_of_request(django_request) if key else None,
            seconds=parse_seconds(data),
            hidden=data.get("hidden"),
            copy_to=get_copy_address(data, django_request),
            is_test=is_editors_test(django_request, live, self.editors),
            version=parse_version_field(data),
            partial=parse_partial_key(data.get("partial")),
        )
        stored = Response(shapes.stored_json(response, django_request), status=201)
        if not response.repeated:
            set_reader_cookie(django_request, stored, response.reader)
        return stored


class StartsView(PublicSurveyView):
    """``POST {"page": 12}``: somebody began to answer. The reader is not stored."""

    throttle_scope = "visit"
    #: Whose starts don't count where their answers are tests.
    editors: ClassVar[AccessRule] = permissions.SURVEYS.change

    @describe_endpoint(request=shapes.StartIn, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        data = self.get_json_object(request)
        page_id = parse_page_field(data)
        live = get_survey(self, pk, page_id, data.get("key"))
        if is_editors_test(self.django_request, live, self.editors):
            return Response(status=204)
        services.record_start(
            survey_id=pk,
            kind=self.kind,
            page_id=require_page(page_id, self.django_request),
            language=get_language() or "",
        )
        return Response(status=204)


def get_survey(view: Any, pk: int, page_id: int | None, key: object) -> LiveSurvey:
    return survey_access.get_accessible_survey(
        survey_id=pk,
        kind=view.kind,
        page_id=page_id,
        key=key,
        request=view.django_request,
    )


def get_copy_address(data: dict[str, Any], request: Any) -> Any:
    """Return the address for a copy, "" for none or where its sender asks too often."""
    address = data.get(answer_copy.FIELD)
    return address if address and answer_copy.may_send(request) else ""


def parse_seconds(data: dict[str, Any]) -> int | None:
    """Return ``data["seconds"]``, a whole number or None; raises InvalidInput."""
    seconds = data.get("seconds")
    whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if seconds is None or (whole and seconds >= 0):
        return seconds
    raise InvalidInput(fields={"seconds": [_("Must be a whole number of seconds.")]})
