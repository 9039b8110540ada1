"""Permissions of the newsletter: mailings, subscriptions, imports and exports."""

from django.utils.translation import pgettext_lazy

from cx_feedback.core.permissions import ModelPermissions, RoomPermission, TokenScope
from cx_feedback.mail.permissions import VIEW_MAILINGS

__all__ = [
    "CHANGE_SUBSCRIPTIONS",
    "DIGESTS",
    "EXPORT_SUBSCRIPTIONS",
    "FOLLOW_UP_RULES",
    "IMPORT_SUBSCRIPTIONS",
    "ISSUES",
    "MAILING_LISTS",
    "SIGN_UP_READERS",
    "SUBSCRIPTIONS",
    "TOKEN_SCOPES",
    "VIEW_MAILINGS",
    "VIEW_SUBSCRIPTIONS",
]

_APP = "cx_feedback_newsletter"

MAILING_LISTS = ModelPermissions(f"{_APP}.MailingList")
SUBSCRIPTIONS = ModelPermissions(f"{_APP}.Subscription")
FOLLOW_UP_RULES = ModelPermissions(f"{_APP}.FollowUpRule")
ISSUES = ModelPermissions(f"{_APP}.Issue")
DIGESTS = ModelPermissions(f"{_APP}.Digest")

#: To see addresses of subscribers, on the screens of rules too.
VIEW_SUBSCRIPTIONS = SUBSCRIPTIONS.view
CHANGE_SUBSCRIPTIONS = SUBSCRIPTIONS.change
EXPORT_SUBSCRIPTIONS = RoomPermission(_APP, "export_subscription")
IMPORT_SUBSCRIPTIONS = RoomPermission(_APP, "import_subscription")

#: To sign readers up from a server, without a proof of work; each still confirms by mail.
SIGN_UP_READERS = RoomPermission(_APP, "add_subscription")
TOKEN_SCOPES = (
    TokenScope(
        SIGN_UP_READERS,
        pgettext_lazy("newsletter", "Ask readers to confirm a subscription, or send a guide"),
    ),
)
