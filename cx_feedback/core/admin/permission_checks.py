"""Classes by which Wagtail's admin checks the rules of a room's ``permissions.py``."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem

from cx_feedback.core.permissions import AccessRule, ModelPermissions


class PermissionCheckMixin:
    """A view that requires ``required_permission``, and ``post_permission`` as well for a POST.

    Other users get 403.
    """

    required_permission: ClassVar[AccessRule]
    post_permission: ClassVar[AccessRule | None] = None

    def get_permission_object(self) -> Any:
        """Return the object of the view, for rules that depend on it."""
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
    """A menu item that requires ``required_permission``."""

    def __init__(self, *args: Any, required_permission: AccessRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.required_permission = required_permission

    def is_shown(self, request: HttpRequest) -> bool:
        return self.required_permission.is_granted_to(request.user)


class RoomPermissionsMixin:
    """A viewset whose views, menu item and choosers require ``model_permissions``."""

    model_permissions: ClassVar[ModelPermissions]

    @cached_property
    def permission_policy(self) -> ModelPermissions:
        return self.model_permissions

    def on_register(self) -> None:
        self.model_permissions.register()
        super().on_register()  # type: ignore[misc]
