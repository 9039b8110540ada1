"""The base of the endpoints for staff."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request

from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.permissions import AccessRule
from cx_feedback.loyalty.permissions import VIEW_LOYALTY


class StaffAPIView(FeedbackAPIView):
    """An endpoint for those who may see loyalty."""

    required_permission: ClassVar[AccessRule] = VIEW_LOYALTY


def get_parameters(
    request: Request, serializer: type[serializers.Serializer[Any]]
) -> dict[str, Any]:
    """Return the validated query parameters; raises ValidationError naming the invalid ones."""
    given = serializer(data=request.query_params)
    given.is_valid(raise_exception=True)
    found: dict[str, Any] = given.validated_data
    return found
