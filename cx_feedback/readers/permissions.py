"""The permissions of the room: readers, and the health of background jobs."""

from cx_feedback.core.permissions import RoomPermission, SuperuserOnly

#: View the identity of readers, on the screens of all rooms.
VIEW_READER = RoomPermission("cx_feedback_readers", "view_reader")
#: View the health of the background jobs.
VIEW_HEALTH = SuperuserOnly()
