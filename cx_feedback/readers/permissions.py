"""Who may know readers, and whether the background works."""

from cx_feedback.core.permissions import RoomPermission, SuperuserOnly

#: To know who a reader is, on the screens of all rooms.
VIEW_READER = RoomPermission("cx_feedback_readers", "view_reader")
#: To be told when nobody works in the background.
VIEW_HEALTH = SuperuserOnly()
