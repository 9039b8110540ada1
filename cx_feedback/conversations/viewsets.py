"""The admin viewsets of sections of editors and of saved answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from cx_feedback.conversations import permissions
from cx_feedback.conversations.models import ConversationSection, SavedAnswer
from cx_feedback.core.admin.model_viewsets import RoomModelViewSet
from cx_feedback.core.http.admin_requests import clean_requests


class SectionForm(WagtailAdminModelForm):
    """A group and a page; refuses what its editor does not have."""

    class Meta:
        model = ConversationSection
        fields = ("group", "page")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: The form writes into its instance.
        self.before = ConversationSection.objects.filter(pk=self.instance.pk).first()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        group, page = cleaned.get("group"), cleaned.get("page")
        assigned: dict[str, Any] = {"before": self.before, "group": group, "page": page}
        if group and page and not permissions.may_assign(self.for_user, **assigned):
            self.add_error("page", _("You can only assign what you answer yourself."))
        return cleaned


class SectionDeleteView(generic.DeleteView):
    def user_has_permission(self, permission: str) -> bool:
        asked = (self.request.user, permission, self.object)
        return permissions.SECTIONS.user_has_permission_for_instance(*asked)


@clean_requests
class SectionViewSet(RoomModelViewSet):
    model = ConversationSection
    model_permissions = permissions.SECTIONS
    name = "cx_conversation_sections"
    url_prefix = "cx-feedback/conversation-sections"
    icon = "group"
    menu_label = pgettext_lazy("conversation", "Editors by section")
    delete_view_class = SectionDeleteView
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

    def get_form_class(self, for_update: bool = False) -> type[SectionForm]:
        return SectionForm


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
