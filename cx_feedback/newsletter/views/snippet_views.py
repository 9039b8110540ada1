"""The list and the editor of the room's snippets: mailing lists, rules, issues and digests."""

from wagtail.snippets.views.snippets import EditView, IndexView

from cx_feedback.core.admin.edit_conflicts import EditConflictMixin
from cx_feedback.core.admin.responsive_tables import CardTable


class CardListView(IndexView):
    """A list of snippets whose rows become cards on a phone."""

    table_class = CardTable


class GuardedEditView(EditConflictMixin, EditView):
    """The editor of a snippet, which detects concurrent changes."""
