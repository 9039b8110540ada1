"""The base of every room's ``permissions.py``: declaring and checking access rules.

A room declares its rules with these classes as constants in its ``permissions.py``. Views,
viewsets, menu items, panels, hooks and REST endpoints use the constants, and no other module calls
``has_perm``. Classes that check them in Wagtail's admin are in ``core/admin/permission_checks.py``,
the one for REST is in ``core/api/views.py``.
"""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

from cx_feedback.core.people.token_grants import get_grant
from cx_feedback.core.rooms.room_libraries import get_usable_rooms

try:
    from wagtail.permissions import register_permission_policy
except ImportError:  # Wagtail 7.4: a viewset's own policy
    register_permission_policy = None


class AccessRule:
    """A condition on an account; ``a & b`` and ``a | b`` combine two rules."""

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        """Return whether ``user`` fulfils the rule, for ``obj`` if it is given."""
        raise NotImplementedError

    def get_permission_names(self) -> list[str]:
        """Return the names of the permissions that the rule is about, as tokens have them."""
        return []

    def require(self, user: Any, obj: Any = None) -> None:
        """Raise PermissionDenied if ``user`` doesn't fulfil the rule."""
        if not self.is_granted_to(user, obj):
            raise PermissionDenied

    def __and__(self, other: "AccessRule") -> "AccessRule":
        return AllOf((self, other))

    def __or__(self, other: "AccessRule") -> "AccessRule":
        return AnyOf((self, other))


@dataclass(frozen=True)
class RoomPermission(AccessRule):
    """A Django permission, assigned to a user or a group; superusers have all of them."""

    app_label: str
    codename: str

    @property
    def name(self) -> str:
        """Return Django's name of the permission."""
        return f"{self.app_label}.{self.codename}"

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        grant = get_grant(user)
        if user is None or (grant is not None and self.name not in grant.scopes):
            return False
        # Without the object, because Django's own backend refuses any permission on objects.
        return bool(user.has_perm(self.name))

    def get_permission_names(self) -> list[str]:
        return [self.name]


@dataclass(frozen=True)
class AllOf(AccessRule):
    """Granted if all of ``rules`` are."""

    rules: tuple[AccessRule, ...]

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        return all(rule.is_granted_to(user, obj) for rule in self.rules)

    def get_permission_names(self) -> list[str]:
        return [name for rule in self.rules for name in rule.get_permission_names()]


@dataclass(frozen=True)
class AnyOf(AccessRule):
    """Granted if one of ``rules`` is."""

    rules: tuple[AccessRule, ...]

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        return any(rule.is_granted_to(user, obj) for rule in self.rules)

    def get_permission_names(self) -> list[str]:
        return [name for rule in self.rules for name in rule.get_permission_names()]


@dataclass(frozen=True)
class SuperuserOnly(AccessRule):
    """Granted to superusers only, and to none of their tokens."""

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        return is_superuser(user) and get_grant(user) is None


def is_superuser(user: Any) -> bool:
    """Return whether ``user`` is a superuser, limited by a token or not."""
    return user is not None and bool(user.is_active and user.is_superuser)


def get_regular_accounts() -> QuerySet[Any]:
    """Return the active accounts that are no superusers."""
    accounts = get_user_model()._default_manager
    return accounts.filter(is_active=True, is_superuser=False)


@dataclass(frozen=True)
class TokenScope:
    """A permission that tokens may have. A room lists its own as ``TOKEN_SCOPES``."""

    permission: RoomPermission
    #: What it lets a program do, for the one who makes the token.
    label: Any
    #: The rule for those who may give it away, if not the permission itself.
    rule: AccessRule | None = None

    def may_be_given_by(self, user: Any) -> bool:
        """Return whether ``user`` holds what the scope lets a program do."""
        return (self.rule or self.permission).is_granted_to(user)


class ModelPermissions(ModelPermissionPolicy):
    """The permissions on a model, for its viewset and related views.

    ``model`` is a label such as "cx_feedback_mail.Delivery". Further arguments are additional rules
    for an action, for example ``view=VIEW_RESULTS``.
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
        """Return the rule for the list, which Wagtail shows with any of the permissions."""
        return AnyOf((self.add, self.change, self.delete, self.view))

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.permission(action).is_granted_to(user)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.permission(action).is_granted_to(user, instance)

    def register(self) -> None:
        """Register the policy with Wagtail, for the viewset and the choosers of the model."""
        if register_permission_policy is not None:
            register_permission_policy(self.model, self, exact_class=True)


def get_token_scopes() -> list[TokenScope]:
    """Return what tokens may be allowed: the ``TOKEN_SCOPES`` of all installed rooms."""
    modules = [
        import_module(f"{room}.permissions")
        for room in get_usable_rooms()
        if find_spec(f"{room}.permissions")
    ]
    return [scope for module in modules for scope in getattr(module, "TOKEN_SCOPES", ())]


def get_permission_rows(*permissions: RoomPermission) -> QuerySet[Permission]:
    """Return the rows of ``permissions``, for Wagtail's hook ``register_permissions``."""
    found = Q(pk__in=[])
    for permission in permissions:
        found |= Q(content_type__app_label=permission.app_label, codename=permission.codename)
    return Permission.objects.filter(found)


#: Access to Wagtail's admin.
ACCESS_ADMIN = RoomPermission("wagtailadmin", "access_admin")
