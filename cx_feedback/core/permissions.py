"""The base of every room's ``permissions.py``: one way to declare a permission and to ask for it.

A room declares its rules with the classes below, as constants of its ``permissions.py``. Views,
viewsets, menu items, panels, hooks and REST endpoints name these constants; no other module asks
an account for its permissions. The classes by which Wagtail's admin asks stand in
``core/admin/permission_checks.py``, the one of REST in ``core/api/views.py``.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

try:
    from wagtail.permissions import register_permission_policy
except ImportError:  # Wagtail 7.4: a viewset's own policy
    register_permission_policy = None


class AccessRule:
    """What an account must fulfil; ``a & b`` and ``a | b`` make a rule of two."""

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        """Return whether ``user`` fulfils it: anywhere, or for ``obj`` where one is given."""
        raise NotImplementedError

    def require(self, user: Any, obj: Any = None) -> None:
        """Raise PermissionDenied for a user who does not fulfil it."""
        if not self.is_granted_to(user, obj):
            raise PermissionDenied

    def __and__(self, other: "AccessRule") -> "AccessRule":
        return AllOf((self, other))

    def __or__(self, other: "AccessRule") -> "AccessRule":
        return AnyOf((self, other))


@dataclass(frozen=True)
class RoomPermission(AccessRule):
    """A permission of Django, as groups and accounts have it; a superuser has them all."""

    app_label: str
    codename: str

    @property
    def name(self) -> str:
        """The name by which Django knows it."""
        return f"{self.app_label}.{self.codename}"

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        # A backend that knows objects refuses what it is asked of one: Django's own does.
        return user is not None and bool(user.has_perm(self.name))


@dataclass(frozen=True)
class AllOf(AccessRule):
    """Granted where each of ``rules`` is."""

    rules: tuple[AccessRule, ...]

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        return all(rule.is_granted_to(user, obj) for rule in self.rules)


@dataclass(frozen=True)
class AnyOf(AccessRule):
    """Granted where one of ``rules`` is."""

    rules: tuple[AccessRule, ...]

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        return any(rule.is_granted_to(user, obj) for rule in self.rules)


@dataclass(frozen=True)
class SuperuserOnly(AccessRule):
    """Granted to superusers, by no permission."""

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        return user is not None and bool(user.is_active and user.is_superuser)


class ModelPermissions(ModelPermissionPolicy):
    """The permissions on one model, which its viewset and the screens beside it ask for.

    ``model`` is named, not imported: "cx_feedback_mail.Delivery". Further arguments are rules
    that allow an action to others too: ``view=VIEW_RESULTS``.
    """

    def __init__(self, model: str, **also: AccessRule) -> None:
        super().__init__(model)
        self._label, _dot, self._name = model.lower().partition(".")
        self._also = also

    def permission(self, action: str) -> AccessRule:
        """Return the rule for ``action``."""
        own = RoomPermission(self._label, f"{action}_{self._name}")
        return own | self._also[action] if action in self._also else own

    @property
    def add(self) -> AccessRule:
        return self.permission("add")

    @property
    def change(self) -> AccessRule:
        return self.permission("change")

    @property
    def delete(self) -> AccessRule:
        return self.permission("delete")

    @property
    def view(self) -> AccessRule:
        return self.permission("view")

    @property
    def any(self) -> AccessRule:
        """The rule for its list, which Wagtail shows to all who may do something there."""
        return AnyOf((self.add, self.change, self.delete, self.view))

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.permission(action).is_granted_to(user)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.permission(action).is_granted_to(user, instance)

    def register(self) -> None:
        """Tell Wagtail that these are asked for the model, by its viewset and its choosers."""
        if register_permission_policy is not None:
            register_permission_policy(self.model, self, exact_class=True)


def get_permission_rows(*permissions: RoomPermission) -> QuerySet[Permission]:
    """Return the rows of ``permissions``, for Wagtail's hook that offers them to groups."""
    found = Q(pk__in=[])
    for permission in permissions:
        found |= Q(content_type__app_label=permission.app_label, codename=permission.codename)
    return Permission.objects.filter(found)


#: To use Wagtail's admin at all.
ACCESS_ADMIN = RoomPermission("wagtailadmin", "access_admin")
