"""Names of what happens to single responses, for Wagtail's audit log."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

from cx_feedback.surveys.models import Response
from cx_feedback.surveys.services import response_log


def _get_state_label(state: Any) -> str:
    return str(dict(Response.State.choices).get(state, state))


def register_actions(actions: Any) -> None:
    """Register the actions, with messages that say what changed."""

    @actions.register_action(response_log.MARK_ACTION)
    class MarkFormatter(LogFormatter):
        label = gettext_lazy("Mark a response")

        def format_message(self, entry: Any) -> str:
            return _("Marked as “%(after)s”, before “%(before)s”") % {
                "before": _get_state_label(entry.data.get("from")),
                "after": _get_state_label(entry.data.get("to")),
            }

    @actions.register_action(response_log.DELETE_ACTION)
    class DeleteFormatter(LogFormatter):
        label = gettext_lazy("Delete a response")

        def format_message(self, entry: Any) -> str:
            return _("Deleted: %s") % entry.data.get("reason", "")

    @actions.register_action(response_log.TAG_ACTION)
    class TagFormatter(LogFormatter):
        label = gettext_lazy("Tag a response")

        def format_message(self, entry: Any) -> str:
            if "added" in entry.data:
                return _("Added the tag “%s”") % entry.data["added"]
            return _("Removed the tag “%s”") % entry.data.get("removed", "")

    @actions.register_action(response_log.NOTE_ACTION)
    class NoteFormatter(LogFormatter):
        label = gettext_lazy("Note on a response")

        def format_message(self, entry: Any) -> str:
            if "added" in entry.data:
                return _("Added a note")
            return _("Changed a note") if "changed" in entry.data else _("Deleted a note")
