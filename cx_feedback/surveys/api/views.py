"""REST: published surveys and the responses to them."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.cursor_lists import (
    LINK,
    answer_with_link,
    build_next,
    read_parameter,
)
from cx_feedback.core.api.operation_traits import IDEMPOTENT
from cx_feedback.core.api.schema import PAGE_ID, describe_endpoint, describe_number
from cx_feedback.core.api.section_limits import SectionQueryMixin
from cx_feedback.core.api.views import FeedbackAPIView, SameSiteSession
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.authentication_classes import add_site_authenticators
from cx_feedback.core.http.parameters import (
    LARGEST_ID,
    parse_page_id,
)
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.core.permissions import AccessRule
from cx_feedback.core.text import languages
from cx_feedback.readers.identity.reader_cookie import set_reader_cookie
from cx_feedback.readers.identity.request_reader import get_sender_of_request, get_speaker
from cx_feedback.surveys import permissions, selectors, services
from cx_feedback.surveys.api import raw_responses
from cx_feedback.surveys.api import serializers as shapes
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.responses import answer_copy, survey_access
from cx_feedback.surveys.responses.editor_tests import is_editors_test
from cx_feedback.surveys.selectors import LiveSurvey

#: The most surveys of a part of the list.
MAX_LIMIT = 100


class SurveysView(FeedbackAPIView):
    """``GET``: the published surveys that are open by their address, by cursor.

    The address of the next part is in the ``Link`` header.
    """

    @describe_endpoint(
        operation_id="surveys_list",
        responses=shapes.SurveyOut(many=True),
        parameters=[
            OpenApiParameter(
                "cursor",
                describe_number(0, LARGEST_ID, 0),
                description="Where the part begins; see `Link`.",
            ),
            OpenApiParameter("limit", describe_number(1, MAX_LIMIT, MAX_LIMIT)),
            LINK,
        ],
    )
    def get(self, request: Request) -> Response:
        cursor = read_parameter(request, "cursor", 0, LARGEST_ID, 0)
        limit = read_parameter(request, "limit", 1, MAX_LIMIT, MAX_LIMIT)
        lives = selectors.list_live_surveys(after=cursor)
        found = [live for live in lives if live.open_by_address]
        following = build_next(request, found[limit - 1].survey_id) if found[limit:] else None
        return answer_with_link([shapes.build_survey(live) for live in found[:limit]], following)


class SurveyView(FeedbackAPIView):
    """``GET``: one published survey with its questions, for pages that Wagtail does not render.

    With ``?page=12`` for a survey that is not open by its address but shown on that page.
    """

    kind = Survey.SURVEY
    url_name = "cx_feedback:api-survey"

    @describe_endpoint(
        responses=shapes.SurveyOut,
        parameters=[
            OpenApiParameter("page", PAGE_ID, description="Id of the page that shows it."),
            OpenApiParameter("key", str, description="The key of a form of it, instead."),
        ],
    )
    def get(self, request: Request, pk: int) -> Response:
        page_id = read_page_parameter(request)
        live = get_survey(self, pk, page_id, request.query_params.get("key", ""))
        return Response(shapes.build_survey(live, self.url_name))


class PublicSurveyView(FeedbackAPIView):
    """Base of views for readers, who are known by their cookie and not by a session.

    The user of Django's request is read only for pages with view restrictions.
    """

    kind = Survey.SURVEY
    authentication_classes = []

    def perform_authentication(self, request: Request) -> None:
        """Leave ``request.user`` alone: REST framework would make Django's request anonymous."""


class ResponsesView(SectionQueryMixin, PublicSurveyView):
    """``POST {"page": 12, "answers": {…}}``: store one reader's answers.

    ``GET``: the stored responses, for accounts with a permission of its own.
    """

    accepts_previews = True
    section_parameters = ("page",)
    #: Whose answers may be tests.
    editors: ClassVar[AccessRule] = permissions.SURVEYS.change

    def get_authenticators(self) -> list[Any]:
        """Return none for sending answers, whose reader is known by the cookie."""
        return add_site_authenticators([SameSiteSession()]) if self._is_read else []

    def perform_authentication(self, request: Request) -> None:
        if self._is_read:
            FeedbackAPIView.perform_authentication(self, request)

    def check_permissions(self, request: Request) -> None:
        if self._is_read:
            super().check_permissions(request)

    def get_required_permission(self) -> AccessRule | None:
        return permissions.FETCH_RESPONSES if self._is_read else None

    @property
    def _is_read(self) -> bool:
        return getattr(self.request, "method", "") in ("GET", "HEAD")

    @describe_endpoint(responses=raw_responses.RawResponsesOut, parameters=raw_responses.PARAMETERS)
    def get(self, request: Request, pk: int) -> Response:
        self.throttle_client(request, "fetch")
        survey: Any = get_object_or_404(Survey, pk=pk, kind=self.kind)
        found = raw_responses.build_raw_responses(
            survey,
            raw_responses.parse_response_query(request.query_params),
            self.django_request,
            with_texts=permissions.VIEW_TEXTS.is_granted_to(request.user),
        )
        return Response(found)

    @describe_endpoint(
        request=shapes.AnswersIn, responses={201: shapes.AnswersOut}, traits=[IDEMPOTENT]
    )
    def post(self, request: Request, pk: int) -> Response:
        data = shapes.AnswersIn.read(self.get_json_object(request))
        django_request = self.django_request
        key, page_id = request.headers.get("Idempotency-Key", ""), data["page"]
        live = get_survey(self, pk, page_id, data["key"])
        response = services.submit_response(
            survey_id=pk,
            kind=self.kind,
            answers=data["answers"],
            page_id=require_page(page_id, django_request),
            reader=get_speaker(django_request),
            language=languages.get_current_language(),
            idempotency_key=key,
            sender=get_sender_of_request(django_request) if key else None,
            seconds=data["seconds"],
            hidden=data["hidden"],
            copy_to=get_copy_address(data, django_request),
            is_test=is_editors_test(django_request, live, self.editors),
            version=data["version"],
            partial=data["partial"],
        )
        stored = Response(shapes.build_stored_response(response, django_request), status=201)
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
        data = shapes.StartIn.read(self.get_json_object(request))
        page_id = data["page"]
        live = get_survey(self, pk, page_id, data["key"])
        if is_editors_test(self.django_request, live, self.editors):
            return Response(status=204)
        services.record_start(
            survey_id=pk,
            kind=self.kind,
            page_id=require_page(page_id, self.django_request),
            language=languages.get_current_language(),
        )
        return Response(status=204)


def read_page_parameter(request: Request) -> int | None:
    """Return the parameter ``page``, None without one; raises InvalidInput for what is no id."""
    page = request.query_params.get("page", "").strip()
    if page and parse_page_id(page) is None:
        raise InvalidInput(fields={"page": [_("Must be the id of a page.")]})
    return parse_page_id(page)


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
