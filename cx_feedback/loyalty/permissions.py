"""The permissions of the room: the overview, readers behind its figures, and the settings."""

from django.utils.translation import pgettext_lazy

from cx_feedback.core.permissions import RoomPermission, TokenScope
from cx_feedback.readers.permissions import VIEW_READER

__all__ = [
    "CHANGE_SETTINGS",
    "TOKEN_SCOPES",
    "VIEW_LOYALTY",
    "VIEW_NAMED_READERS",
    "VIEW_READER",
]

_APP = "cx_feedback_loyalty"

#: View the overview, which identifies no readers.
VIEW_LOYALTY = RoomPermission(_APP, "view_loyalty")
#: View single readers with their names.
VIEW_NAMED_READERS = VIEW_LOYALTY & VIEW_READER
TOKEN_SCOPES = (TokenScope(VIEW_LOYALTY, pgettext_lazy("loyalty", "See loyalty and its scores")),)
CHANGE_SETTINGS = RoomPermission(_APP, "change_loyaltysettings")
