"""How Wagtail's admin asks for the rules of a room's ``permissions.py``."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem

from cx_feedback.core.permissions import AccessRule, ModelPermissions


class PermissionCheckMixin:
    """For views: lets in those to whom ``required_permission`` is granted, others get 403.

    A POST needs ``post_permission`` as well.
    """

    required_permission: ClassVar[AccessRule]
    post_permission: ClassVar[AccessRule | None] = None

    def get_permission_object(self) -> Any:
        """Return what the view is about, for rules that depend on it."""
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        needed = [self.required_permission]
        if request.method == "POST" and self.post_permission is not None:
            needed.append(self.post_permission)
        for rule in needed:
            rule.require(request.user, self.get_permission_object())
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class PermissionMenuItem(MenuItem):
    """An item for those to whom ``required_permission`` is granted."""

    def __init__(self, *args: Any, required_permission: AccessRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.required_permission = required_permission

    def is_shown(self, request: HttpRequest) -> bool:
        return self.required_permission.is_granted_to(request.user)


class RoomPermissionsMixin:
    """For viewsets: their screens, menu items and choosers ask for ``model_permissions``."""

    model_permissions: ClassVar[ModelPermissions]

    @cached_property
    def permission_policy(self) -> ModelPermissions:
        return self.model_permissions

    def on_register(self) -> None:
        self.model_permissions.register()
        super().on_register()  # type: ignore[misc]
