"""Permissions to list, make, change and remove webhooks, and what programs may do of it."""

from typing import Any

from django.utils.translation import pgettext_lazy

from cx_feedback.core.people.token_grants import get_grant
from cx_feedback.core.permissions import ModelPermissions, RoomPermission, TokenScope

ENDPOINTS = ModelPermissions("cx_feedback_webhooks.Endpoint")
_LABELS = {
    "view": pgettext_lazy("webhook", "See webhooks and what came of their events"),
    "add": pgettext_lazy("webhook", "Make webhooks"),
    "change": pgettext_lazy("webhook", "Change and test webhooks, make new secrets, send again"),
    "delete": pgettext_lazy("webhook", "Remove webhooks"),
}
TOKEN_SCOPES = tuple(
    TokenScope(RoomPermission("cx_feedback_webhooks", f"{action}_endpoint"), label)
    for action, label in _LABELS.items()
)


def may_send_texts(user: Any) -> bool:
    """Return whether a webhook that ``user`` saves may be sent texts.

    Texts are read with the rights of the account, and a token has fewer: by a webhook it would get
    what it lacks the scopes for.
    """
    return get_grant(user) is None
