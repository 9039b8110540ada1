"""The base of the moderators' screens."""

from contextlib import nullcontext
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property

from cx_feedback.comments import permissions
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.database import replicas
from cx_feedback.core.permissions import AccessRule


class ModeratorViewMixin(PermissionCheckMixin):
    """For views of those who moderate somewhere; ``self.scope`` says where."""

    required_permission: ClassVar[AccessRule] = permissions.MODERATE

    @cached_property
    def scope(self) -> permissions.Scope:
        return permissions.get_scope(self.request.user)  # type: ignore[attr-defined]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with replicas.read_from_primary() if replicas.is_write(request.method) else nullcontext():
            return super().dispatch(request, *args, **kwargs)
