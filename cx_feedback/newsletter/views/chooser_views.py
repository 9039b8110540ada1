"""Choosers of snippets that not everybody in the admin may see."""

from typing import Any

from wagtail.snippets.views.chooser import SnippetChooserViewSet

from cx_feedback.core.admin.permission_checks import PermissionCheckMixin, RoomPermissionsMixin
from cx_feedback.core.permissions import AccessRule


class _ListCheckMixin(PermissionCheckMixin):
    """Lets in those who may see the list of the snippets."""

    @property
    def required_permission(self) -> AccessRule:  # type: ignore[override]
        viewset: RoomPermissionsMixin = self.model.snippet_viewset  # type: ignore[attr-defined]
        return viewset.model_permissions.any


class GuardedChooserViewSet(SnippetChooserViewSet):
    """A chooser for those who may see the list, where no page's form needs it.

    Wagtail's own is open to all who may use the admin, as pages can be made of any snippet.
    """

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        guarded = type(view_class.__name__, (_ListCheckMixin, view_class), {})
        return super().construct_view(guarded, **kwargs)
