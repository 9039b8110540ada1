"""REST: visits, and what a reader may know, change and erase of themselves."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe
from cx_feedback.core.api.views import FeedbackAPIView, page_id_in
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages import require_page
from cx_feedback.readers import selectors, services
from cx_feedback.readers.api import serializers as shapes
from cx_feedback.readers.identity import reader_for_act, reader_of, refuses_tracking, remember
from cx_feedback.readers.models import Consent
from cx_feedback.readers.wording import visits_wording


class VisitsView(FeedbackAPIView):
    """``POST {"page": 12}``: count today's visit of a reader who agreed to it."""

    throttle_scope = "visit"

    @describe(request=shapes.VisitIn, responses={204: None})
    def post(self, request: Request) -> Response:
        page_id = page_id_in(self.body(request))
        require_page(page_id, request._request)
        reader = reader_of(request._request)
        if reader and reader.counts_visits and not refuses_tracking(request._request):
            services.count_day(reader=reader, day=timezone.localdate())
        return Response(status=204)


class MeView(FeedbackAPIView):
    """The reader's own record: read it, agree or withdraw (PATCH), be forgotten (DELETE)."""

    @describe(responses=shapes.MeOut)
    def get(self, request: Request) -> Response:
        reader = reader_of(request._request)
        if reader is None:
            return Response({"known": False})
        return Response({"known": True, **selectors.export_person(reader_ids=[reader.pk])})

    @describe(request=shapes.MeIn, responses=shapes.MeIn)
    def patch(self, request: Request) -> Response:
        agrees = self.body(request).get("visits")
        if not isinstance(agrees, bool):
            raise InvalidInput(fields={"visits": [_("Say true or false.")]})
        reader = reader_for_act(request._request) if agrees else reader_of(request._request)
        if reader is not None and agrees:
            services.give_consent(
                reader=reader, purpose=Consent.VISITS, wording=visits_wording(), how="rest"
            )
            services.count_day(reader=reader, day=timezone.localdate())
        elif reader is not None:
            services.withdraw_consent(reader=reader, purpose=Consent.VISITS)
        response = Response({"visits": bool(reader and agrees)})
        remember(request._request, response, reader)
        return response

    @describe(responses={204: None})
    def delete(self, request: Request) -> Response:
        reader = reader_of(request._request)
        if reader is not None:
            services.erase_person(email=reader.email or "", reader_ids=[reader.pk])
        return Response(status=204)
