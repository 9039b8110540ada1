"""REST endpoints for visits and for the reader's own data."""

from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.http.cross_site import require_cookies
from cx_feedback.core.http.parameters import read_page_id
from cx_feedback.core.pages import site_time
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.readers import services
from cx_feedback.readers.api import serializers as shapes
from cx_feedback.readers.identity.reader_cookie import (
    delete_reader_cookie,
    renew_reader_cookie,
    request_draft_removal,
)
from cx_feedback.readers.identity.request_reader import get_reader
from cx_feedback.readers.identity.tracking_refusal import refuses_tracking
from cx_feedback.readers.privacy import person_requests
from cx_feedback.readers.privacy.privacy_input import apply_choice


class VisitsView(FeedbackAPIView):
    """``POST {"page": 12}``: count the visit of a reader who consented to it."""

    throttle_scope = "visit"

    @describe_endpoint(request=shapes.VisitIn, responses={204: None})
    def post(self, request: Request) -> Response:
        page_id = read_page_id(self.get_json_object(request))
        require_page(page_id, self.django_request)
        reader = get_reader(self.django_request)
        if reader and reader.counts_visits and not refuses_tracking(self.django_request):
            services.count_day(reader=reader, day=site_time.localdate())
        return Response(status=204)


class MeView(FeedbackAPIView):
    """The reader's own data: read it (GET), change choices (PATCH), erase it (DELETE)."""

    @describe_endpoint(responses=shapes.MeOut)
    def get(self, request: Request) -> Response:
        require_cookies(self.django_request)
        reader = get_reader(self.django_request)
        sections = person_requests.export_person(reader_ids=[reader.pk]) if reader else {}
        return Response(shapes.MeOut.build({"known": reader is not None}) | sections)

    @describe_endpoint(request=shapes.MeIn, responses=shapes.ChoicesOut)
    def patch(self, request: Request) -> Response:
        given, reader = shapes.MeIn.read(self.get_json_object(request)), None
        # The objection comes last and overrides consent in the same request.
        for name, value in sorted(given.items(), reverse=True):
            reader = apply_choice(self.django_request, name, value, source="rest")
        holds = {
            "visits": bool(reader and reader.counts_visits),
            "scoring": not (reader and reader.objects_to_scoring),
        }
        response = Response(shapes.ChoicesOut.build(holds))
        renew_reader_cookie(self.django_request, response, reader)
        return response

    @describe_endpoint(responses={204: None})
    def delete(self, request: Request) -> Response:
        require_cookies(self.django_request)
        reader = get_reader(self.django_request)
        if reader is not None:
            services.erase_person(email=reader.email or "", reader_ids=[reader.pk])
        response = Response(status=204)
        delete_reader_cookie(self.django_request, response)
        request_draft_removal(self.django_request, response)
        return response
