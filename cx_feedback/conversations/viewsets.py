"""The admin viewsets of sections of editors and of saved answers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn

from cx_feedback.conversations import permissions
from cx_feedback.conversations.models import ConversationSection, SavedAnswer
from cx_feedback.core.admin.model_viewsets import RoomModelViewSet
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.sections import viewsets as section_viewsets


@clean_requests
class SectionViewSet(section_viewsets.SectionViewSet):
    model = ConversationSection
    model_permissions = permissions.SECTIONS
    refusal = _("You can only assign what you answer yourself.")
    name = "cx_conversation_sections"
    url_prefix = "cx-feedback/conversation-sections"
    menu_label = pgettext_lazy("conversation", "Editors by section")


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
