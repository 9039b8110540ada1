"""REST views of subscriptions and guides."""

from dataclasses import asdict
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.operation_traits import CHALLENGES, IDEMPOTENT
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.section_limits import is_page_held
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.errors import SectionRequired
from cx_feedback.core.http.parameters import read_page_id
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.core.people.token_grants import TokenGrant
from cx_feedback.newsletter.api import serializers as shapes
from cx_feedback.newsletter.guides import guide_requests
from cx_feedback.newsletter.permissions import SIGN_UP_READERS
from cx_feedback.newsletter.subscribing import subscription_input
from cx_feedback.newsletter.subscribing.subscription_requests import store_subscription_request
from cx_feedback.readers.acts.idempotent_actions import run_once


class SignupAPIView(FeedbackAPIView):
    """An endpoint that mails an address that anybody may name, or a program with a token."""

    throttle_scope = "mail"
    token_permission = SIGN_UP_READERS

    def require_section(self, grant: TokenGrant) -> None:
        """Raise SectionRequired unless the form is on a page of the sections of a token."""
        if not is_page_held(grant, self.get_json_object(self.request).get("page")):
            raise SectionRequired(["page"])


class SubscriptionsView(SignupAPIView):
    """``POST {"email": "ana@example.org", "list": 1, "page": 12}``: request a subscription.

    Use ``lists`` for several lists, which one mail confirms, and ``topics`` for some topics only.

    The response is the same whether the address is known or not.
    """

    @describe_endpoint(
        request=subscription_input.SubscriptionIn,
        responses={202: shapes.SubscriptionOut},
        traits=[IDEMPOTENT, CHALLENGES],
    )
    def post(self, request: Request) -> Response:
        body = self.get_json_object(request)
        page_id = require_page(read_page_id(body), self.django_request)
        signup = subscription_input.read_subscription_request(body)

        def store_request() -> tuple[Any, None]:
            store_subscription_request(
                self.django_request, body, signup, page_id=page_id, source="rest"
            )
            return shapes.SubscriptionOut.build({"state": "pending"}), None

        repeat_key = ["subscription", asdict(signup), page_id]
        return Response(run_once(self.django_request, repeat_key, store_request), status=202)


class GuidesView(SignupAPIView):
    """``POST {"guide": "<key>", "email": "ana@example.org", "page": 12}``: mail a guide.

    The key stands in the form of the guide. ``list`` requests a subscription too.

    The response is the same for every address.
    """

    @describe_endpoint(
        request=guide_requests.GuideIn,
        responses={202: shapes.GuideOut},
        traits=[IDEMPOTENT, CHALLENGES],
    )
    def post(self, request: Request) -> Response:
        body = self.get_json_object(request)
        page_id = require_page(read_page_id(body), self.django_request)
        guide_request = guide_requests.read_guide_request(body, page_id)

        def send() -> tuple[Any, None]:
            guide_requests.send_requested_guide(self.django_request, body, guide_request)
            return shapes.GuideOut.build({"state": "pending"}), None

        repeat_key = ["guide", asdict(guide_request)]
        return Response(run_once(self.django_request, repeat_key, send), status=202)
