"""The base of the REST views of moderators."""

from typing import ClassVar

from cx_feedback.comments import permissions
from cx_feedback.core.api.views import FeedbackAPIView
from cx_feedback.core.people.token_grants import TokenGrant
from cx_feedback.core.permissions import AccessRule


class ModeratorAPIView(FeedbackAPIView):
    """An endpoint for moderators, about the pages that the account may moderate."""

    required_permission: ClassVar[AccessRule] = permissions.MODERATE
    throttle_scope = "decision"

    def require_section(self, grant: TokenGrant) -> None:
        """Do nothing: ``permissions.get_scope`` is limited to the sections of a token."""
