"""The base of the endpoints about webhooks."""

from collections.abc import Mapping
from typing import Any, ClassVar

from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.permissions import AccessRule
from cx_feedback.webhooks.permissions import ENDPOINTS


class WebhookAPIView(FeedbackAPIView):
    """An endpoint with the permissions of the admin's screens: any of them to look.

    Webhooks are of the whole site, so tokens with sections are refused.
    """

    #: The rule for each method that is not for all who may look.
    rules: ClassVar[Mapping[str, AccessRule]] = {}

    def get_required_permission(self) -> AccessRule:
        method: Any = getattr(self.request, "method", None)
        return self.rules.get(method, ENDPOINTS.any)
