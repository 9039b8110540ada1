"""REST: subscribing."""

from dataclasses import asdict
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.api.views import FeedbackAPIView, parse_page_field
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.core.pages.sites import get_site_id
from cx_feedback.newsletter import services
from cx_feedback.newsletter.api import serializers as shapes
from cx_feedback.newsletter.subscribing import subscription_input
from cx_feedback.newsletter.subscribing.proof_of_work import require_proof_of_work
from cx_feedback.readers.acts.idempotency import run_once


class SubscriptionsView(FeedbackAPIView):
    """``POST {"email": "ana@example.org", "list": 1, "page": 12}``: ask for a list.

    ``lists`` for several, which one mail confirms; ``topics`` for some of a list only.

    The answer is the same whether the address is known or not: a mail tells its owner.
    """

    throttle_scope = "mail"

    @describe_endpoint(request=shapes.SubscriptionIn, responses={202: shapes.SubscriptionOut})
    def post(self, request: Request) -> Response:
        body = self.get_json_object(request)
        page_id = require_page(parse_page_field(body), request._request)
        wish = subscription_input.read_subscription_request(body)

        def subscribe() -> tuple[Any, None]:
            if not wish.is_trap:
                require_proof_of_work(request._request, body, wish.email)
                services.subscribe(
                    email=wish.email,
                    list_ids=wish.list_ids,
                    topic_ids=wish.topic_ids,
                    name=wish.name,
                    language=wish.language,
                    time_zone=wish.time_zone,
                    page_id=page_id,
                    site_id=None if page_id else get_site_id(request._request),
                    how="rest",
                )
            return {"state": "pending"}, None

        what = ["subscription", asdict(wish), page_id]
        return Response(run_once(request._request, what, subscribe), status=202)
