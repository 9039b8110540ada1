"""The admin viewsets of sections of editors and of saved answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn

from cx_feedback.conversations import permissions
from cx_feedback.conversations.models import ConversationSection, SavedAnswer
from cx_feedback.core.admin.model_viewsets import RoomModelViewSet
from cx_feedback.core.http.admin_requests import clean_requests


@clean_requests
class SectionViewSet(RoomModelViewSet):
    model = ConversationSection
    model_permissions = permissions.SECTIONS
    name = "cx_conversation_sections"
    url_prefix = "cx-feedback/conversation-sections"
    icon = "group"
    menu_label = pgettext_lazy("conversation", "Editors by section")
    form_fields = ("group", "page")
    list_display = (
        TitleColumn(
            "group",
            label=pgettext_lazy("conversation", "Group"),
            url_name="cx_conversation_sections:edit",
        ),
        Column("page", label=_("Page and all below"), accessor=lambda row: _or_dash(row.page)),
    )
    list_filter = ("group",)
    search_fields = ("page__title", "group__name")
    ordering = ("group__name", "page__path")


@clean_requests
class SavedAnswerViewSet(RoomModelViewSet):
    model = SavedAnswer
    model_permissions = permissions.SAVED_ANSWERS
    name = "cx_conversation_answers"
    url_prefix = "cx-feedback/conversation-answers"
    icon = "openquote"
    menu_label = pgettext_lazy("conversation", "Saved answers")
    form_fields = ("title", "text")
    list_display = (
        TitleColumn(
            "title",
            label=pgettext_lazy("conversation", "Title"),
            url_name="cx_conversation_answers:edit",
        ),
        Column("text", label=pgettext_lazy("conversation", "Text")),
    )
    search_fields = ("title", "text")
    ordering = "title"


def _or_dash(value: Any) -> Any:
    return "–" if value is None else value
