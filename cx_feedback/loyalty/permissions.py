"""Who may see loyalty, who may know the readers behind it, and who sets the tiers."""

from cx_feedback.core.permissions import RoomPermission
from cx_feedback.readers.permissions import VIEW_READER

__all__ = ["CHANGE_SETTINGS", "VIEW_LOYALTY", "VIEW_NAMED_READERS", "VIEW_READER"]

_APP = "cx_feedback_loyalty"

#: To see the overview, which names nobody.
VIEW_LOYALTY = RoomPermission(_APP, "view_loyalty")
#: To see single readers with their names.
VIEW_NAMED_READERS = VIEW_LOYALTY & VIEW_READER
CHANGE_SETTINGS = RoomPermission(_APP, "change_loyaltysettings")
