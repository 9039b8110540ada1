"""REST: webhooks and their secrets, for staff and programs with the permissions."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.cursor_lists import CURSOR_PARAMETERS, read_part
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.core.permissions import AccessRule
from cx_feedback.webhooks import selectors, services
from cx_feedback.webhooks.api import serializers as shapes
from cx_feedback.webhooks.api.base_views import WebhookAPIView
from cx_feedback.webhooks.permissions import ENDPOINTS


class WebhooksView(WebhookAPIView):
    """The webhooks, and a new one, whose secret is in the answer and nowhere else."""

    rules: ClassVar[dict[str, AccessRule]] = {"POST": ENDPOINTS.add}

    @describe_endpoint(
        operation_id="webhooks_list", responses=shapes.WebhooksOut, parameters=CURSOR_PARAMETERS
    )
    def get(self, request: Request) -> Response:
        part = read_part(request, selectors.get_endpoints())
        return Response(shapes.WebhooksOut.build(part))

    @describe_endpoint(request=shapes.WebhookIn, responses={201: shapes.NewWebhookOut})
    def post(self, request: Request) -> Response:
        given = shapes.WebhookIn.read(self.get_json_object(request))
        endpoint, secret = services.create_endpoint(owner=request.user, **given)
        answer = shapes.NewWebhookOut.build({"webhook": endpoint, "secret": secret})
        return Response(answer, status=201)


class WebhookView(WebhookAPIView):
    """One webhook: read it, change the fields that are named, remove it.

    Who changes it answers for it from then on.
    """

    rules: ClassVar[dict[str, AccessRule]] = {
        "PATCH": ENDPOINTS.change,
        "DELETE": ENDPOINTS.delete,
    }

    @describe_endpoint(responses=shapes.WebhookOut)
    def get(self, request: Request, webhook_id: int) -> Response:
        return Response(shapes.WebhookOut.build(selectors.get_endpoint(webhook_id)))

    @describe_endpoint(request=shapes.WebhookChangesIn, responses=shapes.WebhookOut)
    def patch(self, request: Request, webhook_id: int) -> Response:
        changes = shapes.WebhookChangesIn.read(self.get_json_object(request))
        endpoint = selectors.get_endpoint(webhook_id)
        changed = services.update_endpoint(endpoint_id=endpoint.pk, user=request.user, **changes)
        return Response(shapes.WebhookOut.build(changed))

    @describe_endpoint(responses={204: None})
    def delete(self, request: Request, webhook_id: int) -> Response:
        endpoint = selectors.get_endpoint(webhook_id)
        services.remove_endpoint(endpoint_id=endpoint.pk, user=request.user)
        return Response(status=204)


class SecretsView(WebhookAPIView):
    """``POST``: make a new secret. ``DELETE``: end those that it replaced, at once."""

    rules: ClassVar[dict[str, AccessRule]] = {
        "POST": ENDPOINTS.change,
        "DELETE": ENDPOINTS.change,
    }

    @describe_endpoint(request=None, responses={201: shapes.NewSecretOut})
    def post(self, request: Request, webhook_id: int) -> Response:
        endpoint = selectors.get_endpoint(webhook_id)
        secret = services.renew_secret(endpoint_id=endpoint.pk, user=request.user)
        old_ends_at = selectors.get_end_of_old_secrets(endpoint)
        answer = shapes.NewSecretOut.build({"secret": secret, "old_ends_at": old_ends_at})
        return Response(answer, status=201)

    @describe_endpoint(responses={204: None})
    def delete(self, request: Request, webhook_id: int) -> Response:
        endpoint = selectors.get_endpoint(webhook_id)
        services.end_old_secrets(endpoint_id=endpoint.pk, user=request.user)
        return Response(status=204)
