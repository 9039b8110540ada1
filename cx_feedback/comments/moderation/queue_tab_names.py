"""The tabs of the moderators' queue: their keys, in their order, and their labels."""

from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models import State

#: Tabs that are not states.
ALL, EDITED, FLAGGED, OBJECTED, UNREAD = "all", "edited", "flagged", "objected", "unread"
#: Labels of tabs, in the plural.
TAB_LABELS = {
    State.PENDING: pgettext_lazy("comments", "Waiting"),
    EDITED: pgettext_lazy("comments", "Edits"),
    FLAGGED: pgettext_lazy("comments", "Reported"),
    OBJECTED: pgettext_lazy("comments", "Objections"),
    UNREAD: pgettext_lazy("comments", "Needs review"),
    State.PUBLISHED: pgettext_lazy("comments", "Published"),
    State.REJECTED: pgettext_lazy("comments", "Rejected"),
    State.SPAM: pgettext_lazy("comments", "Spam"),
    State.HIDDEN: pgettext_lazy("comments", "Hidden"),
    State.TOMBSTONE: pgettext_lazy("comments", "Deleted"),
    State.ERASED: pgettext_lazy("comments", "Erased"),
    ALL: pgettext_lazy("comments", "All"),
}
