"""REST: the log of a webhook, a test of it, an event sent again."""

from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.cursor_lists import CURSOR_PARAMETERS, read_part
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.errors import Conflict, InvalidInput
from cx_feedback.core.permissions import AccessRule
from cx_feedback.webhooks import selectors, services
from cx_feedback.webhooks.api import serializers as shapes
from cx_feedback.webhooks.api.base_views import WebhookAPIView
from cx_feedback.webhooks.models import EventDelivery
from cx_feedback.webhooks.permissions import ENDPOINTS

_STATE = OpenApiParameter("state", str, enum=EventDelivery.State.values)


class DeliveriesView(WebhookAPIView):
    """``GET``: the events of a webhook, the newest first, by cursor."""

    @describe_endpoint(
        operation_id="webhooks_deliveries_list",
        responses=shapes.EventDeliveriesOut,
        parameters=[*CURSOR_PARAMETERS, _STATE],
    )
    def get(self, request: Request, webhook_id: int) -> Response:
        rows = selectors.get_events(selectors.get_endpoint(webhook_id))
        if "state" in request.query_params:
            rows = rows.filter(state=_read_state(request))
        part = read_part(request, rows, newest_first=True)
        return Response(shapes.EventDeliveriesOut.build(part))


class DeliveryView(WebhookAPIView):
    """``GET``: one event of a webhook, with the attempts to send it."""

    @describe_endpoint(responses=shapes.EventDeliveryOut)
    def get(self, request: Request, webhook_id: int, delivery_id: int) -> Response:
        found = selectors.get_event(selectors.get_endpoint(webhook_id), delivery_id)
        return Response(shapes.EventDeliveryOut.build(found))


class TestsView(WebhookAPIView):
    """``POST``: queue an event of the type ``webhook.test``."""

    rules: ClassVar[dict[str, AccessRule]] = {"POST": ENDPOINTS.change}

    @describe_endpoint(request=None, responses={202: shapes.EventDeliveryOut})
    def post(self, request: Request, webhook_id: int) -> Response:
        endpoint = selectors.get_endpoint(webhook_id)
        queued = services.send_test(endpoint_id=endpoint.pk)
        return Response(shapes.EventDeliveryOut.build(queued), status=202)


class ResendView(WebhookAPIView):
    """``POST``: send an event again, at once, under the id that it had."""

    rules: ClassVar[dict[str, AccessRule]] = {"POST": ENDPOINTS.change}

    @describe_endpoint(request=None, responses={202: shapes.EventDeliveryOut})
    def post(self, request: Request, webhook_id: int, delivery_id: int) -> Response:
        endpoint = selectors.get_endpoint(webhook_id)
        event = selectors.get_event(endpoint, delivery_id)
        if not services.resend_event(endpoint_id=endpoint.pk, delivery_id=event.pk):
            raise Conflict(_("This event is being sent, or cannot be sent again."))
        queued = selectors.get_event(endpoint, delivery_id)
        return Response(shapes.EventDeliveryOut.build(queued), status=202)


def _read_state(request: Request) -> str:
    state: str = request.query_params["state"]
    if state not in EventDelivery.State.values:
        words = _("Must be one of: %s.") % ", ".join(EventDelivery.State.values)
        raise InvalidInput(fields={"state": [words]})
    return state
