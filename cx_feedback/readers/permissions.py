"""The permissions of the room: readers, their data, and the health of background jobs."""

from django.utils.translation import pgettext_lazy

from cx_feedback.core.permissions import RoomPermission, TokenScope

#: View the identity of readers, on the screens of all rooms.
VIEW_READER = RoomPermission("cx_feedback_readers", "view_reader")
TOKEN_SCOPES = (TokenScope(VIEW_READER, pgettext_lazy("reader", "See who single readers are")),)
#: See, export and erase all that is stored about a person.
MANAGE_PERSONAL_DATA = RoomPermission("cx_feedback_readers", "manage_personal_data")
#: See what is wrong with the installation: the Health page, and the panel on the first page.
VIEW_HEALTH = RoomPermission("cx_feedback_readers", "view_health")
