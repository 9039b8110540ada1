"""The base of the rooms' admin screens of sections."""

from typing import Any, ClassVar

from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from cx_feedback.core.admin.model_viewsets import RoomModelViewSet
from cx_feedback.core.sections.permissions import SectionPermissions, SectionRights


class SectionForm(WagtailAdminModelForm):
    """A group and a page; refuses what its editor does not have."""

    rights: ClassVar[SectionRights[Any]]
    #: What whoever assigns more than they have is told.
    refusal: ClassVar[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: The form writes into its instance.
        self.before = None
        if self.instance.pk is not None:
            self.before = type(self.instance)._default_manager.filter(pk=self.instance.pk).first()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        group, page = cleaned.get("group"), cleaned.get("page")
        assigned: dict[str, Any] = {"before": self.before, "group": group, "page": page}
        if group and page and not self.rights.may_assign(self.for_user, **assigned):
            self.add_error("page", self.refusal)
        return cleaned


class SectionDeleteView(generic.DeleteView):
    section_permissions: Any = None

    def user_has_permission(self, permission: str) -> bool:
        asked = (self.request.user, permission, self.object)
        allowed: bool = self.section_permissions.user_has_permission_for_instance(*asked)
        return allowed


class SectionViewSet(RoomModelViewSet):
    """Groups and their pages; a room names its model, its permissions and its words."""

    model_permissions: ClassVar[SectionPermissions]
    refusal: ClassVar[Any]
    icon = "group"
    delete_view_class = SectionDeleteView
    list_filter = ("group",)
    search_fields = ("page__title", "group__name")
    ordering = ("group__name", "page__path")

    @property
    def list_display(self) -> tuple[Column, ...]:
        return (
            TitleColumn(
                "group", label=pgettext_lazy("section", "Group"), url_name=f"{self.name}:edit"
            ),
            Column(
                "page",
                label=_("Page and all below"),
                accessor=lambda section: "–" if section.page is None else section.page,
            ),
        )

    def get_form_class(self, for_update: bool = False) -> type[SectionForm]:
        own = {"rights": self.model_permissions.rights, "refusal": self.refusal}
        form: Any = type("SectionForm", (SectionForm,), own)
        made: Any = modelform_factory(self.model, form, fields=("group", "page"))
        return made  # type: ignore[no-any-return]

    def get_delete_view_kwargs(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_delete_view_kwargs()
        return {**found, "section_permissions": self.model_permissions}
