"""The base of the rooms' viewsets, and the list that all of them show."""

from typing import Any

from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cx_feedback.core.admin.edit_conflicts import ModelEditView
from cx_feedback.core.admin.permission_checks import RoomPermissionsMixin
from cx_feedback.core.admin.responsive_tables import CardTable


class CardListView(generic.IndexView):
    """A list whose rows become cards on narrow screens."""

    table_class = CardTable


class RoomModelViewSet(RoomPermissionsMixin, ModelViewSet):
    """Rows that editors list, search by the database, add, edit and delete."""

    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class: Any = CardListView
    edit_view_class: Any = ModelEditView
    search_backend_name = None
