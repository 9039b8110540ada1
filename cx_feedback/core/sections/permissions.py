"""A permission that groups have everywhere or in sections: at some pages and all below them.

A room has a model of sections with the fields ``group`` and ``page``, and declares with
``SectionRights`` which permission its sections bound.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import swapper
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import CharField, Model, Q, QuerySet, Value

from cx_feedback.core.caching.generations import Generation
from cx_feedback.core.people.token_grants import TokenGrant, get_grant
from cx_feedback.core.permissions import (
    ACCESS_ADMIN,
    AccessRule,
    ModelPermissions,
    RoomPermission,
    get_permission_rows,
    is_superuser,
)

#: Seconds for which it is cached whether there are sections at all.
_SECONDS = 60


@dataclass(frozen=True)
class Scope:
    """All pages, or the pages at ``paths`` and below them. Without paths, none."""

    everywhere: bool = False
    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.paths)

    def holds(self, path: str) -> bool:
        """Return whether the scope includes the page at ``path``."""
        return self.everywhere or path.startswith(self.paths)

    def below(self, field: str) -> Q:
        """Return the condition that the path in ``field`` is of a page in the scope."""
        if self.everywhere:
            return Q()
        found = Q(pk__in=[])
        for path in self.paths:
            found |= Q(**{f"{field}__startswith": path})
        return found

    def pages(self) -> QuerySet[Any]:
        """Return the pages in the scope."""
        found: QuerySet[Any] = swapper.load_model("wagtailcore", "Page").objects.all()
        return found.filter(self.below("path"))


AnyScope = TypeVar("AnyScope", bound=Scope)


class SectionRights(Generic[AnyScope]):
    """The scopes of the accounts that have ``permission``, and who may assign sections.

    A group with rows of ``section_model`` has it only at their pages and below, with or without
    the permission itself. A group without sections has it everywhere if it has the permission. A
    member of several groups has the scope of all of them.

    With ``generation``, which a change of a section ends, it is cached whether there are sections
    at all: most sites have none.
    """

    def __init__(
        self,
        *,
        section_model: type[Model],
        permission: RoomPermission,
        scope_class: type[AnyScope],
        generation: Generation | None = None,
    ) -> None:
        self.permission = permission
        self._model: Any = section_model
        self._scope_class = scope_class
        self._generation = generation
        self._kept_as = f"_cx_scope_{section_model._meta.label_lower}"

    def get_scope(self, user: Any) -> AnyScope:
        """Return where ``user`` has the permission, in one query, once for each user object."""
        if not hasattr(user, self._kept_as):
            scope = self._limit_scope(self._find_scope(user), get_grant(user))
            setattr(user, self._kept_as, scope)
        found: AnyScope = getattr(user, self._kept_as)
        return found

    def _limit_scope(self, scope: AnyScope, grant: TokenGrant | None) -> AnyScope:
        """Return what of ``scope`` a token leaves to its account."""
        if grant is None:
            return scope
        if self.permission.name not in grant.scopes:
            return self._scope_class()
        if grant.paths is None:
            return scope
        inside = [path for path in grant.paths if scope.holds(path)]
        paths = {*inside, *filter(grant.holds, scope.paths)}
        return self._scope_class(paths=tuple(sorted(paths)))

    def _find_scope(self, user: Any) -> AnyScope:
        if not user.is_active:
            return self._scope_class()
        if is_superuser(user):
            return self._scope_class(everywhere=True)
        if not self._has_sections():
            return self._scope_class(everywhere=user.has_perm(self.permission.name))
        given = Q(user=user) | Q(group__in=self._get_unbounded_groups().filter(user=user))
        unbounded = get_permission_rows(self.permission).filter(given).order_by()
        own = self._model.objects.filter(group__in=user.groups.values("pk"), page__isnull=False)
        # The permission is the empty path, at which every other begins.
        everywhere = unbounded.annotate(start=Value("", CharField())).values_list("start")
        found = {path for (path,) in own.order_by().values_list("page__path").union(everywhere)}
        if "" in found:
            return self._scope_class(everywhere=True)
        return self._scope_class(paths=tuple(sorted(found)))

    def _has_sections(self) -> bool:
        """Return whether a group has a section; without a generation, that one may."""
        if self._generation is None:
            return True
        key = f"cx:sections:{self._model._meta.label_lower}"
        found, token = self._generation.recall(key)
        if found is None:
            found = self._model.objects.exists()
            self._generation.keep(key, found, token, _SECONDS)
        return bool(found)

    def _get_unbounded_groups(self) -> QuerySet[Group]:
        """Return the groups that have the permission everywhere."""
        groups = Group.objects.filter(permissions__in=get_permission_rows(self.permission))
        return groups.exclude(pk__in=self._model.objects.values("group"))

    def get_accounts(self, sections: Q | None = None) -> QuerySet[Any]:
        """Return the active accounts that have it somewhere and can use the admin.

        With ``sections``, a condition on sections, those who have it everywhere or in one of these.
        """
        rows = self._model.objects.filter(page__isnull=False)
        groups = (rows if sections is None else rows.filter(sections)).values("group")
        allowed = get_permission_rows(self.permission)
        having = Q(is_superuser=True) | Q(user_permissions__in=allowed)
        having |= Q(groups__in=self._get_unbounded_groups()) | Q(groups__in=groups)
        entering = get_permission_rows(ACCESS_ADMIN)
        enters = Q(is_superuser=True) | Q(user_permissions__in=entering)
        enters |= Q(groups__permissions__in=entering)
        users = get_user_model()._default_manager.filter(is_active=True)
        # Two statements of ids: joins of both would multiply the rows.
        can_enter = users.filter(enters).values("pk")
        return users.filter(pk__in=users.filter(having).values("pk")).filter(pk__in=can_enter)

    def may_assign(
        self, user: Any, *, before: Any = None, group: Group | None = None, page: Any = None
    ) -> bool:
        """Return whether ``user`` may put a section in the place of ``before``.

        Without a group and a page, whether they may delete ``before``. Nobody gives or takes what
        they do not have: whoever does not have the permission everywhere assigns pages of their
        own sections only, and makes no group have it everywhere, nor one that does have it less.
        """
        own = self.get_scope(user)
        if own.everywhere:
            return True
        paths = [one.path for one in (page, before and before.page) if one]
        if not own or not all(own.holds(path) for path in paths):
            return False
        if before is not None and (group is None or group.pk != before.group_id):
            others = self._model.objects.filter(group=before.group_id).exclude(pk=before.pk)
            held = before.group.permissions.filter(pk__in=get_permission_rows(self.permission))
            if held.exists() and not others.exists():
                return False
        return group is None or not self._get_unbounded_groups().filter(pk=group.pk).exists()


@dataclass(frozen=True)
class InScope(AccessRule):
    """Granted to those who have it somewhere, everywhere, or at the page that is asked for."""

    rights: SectionRights[Any]
    everywhere: bool = False

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        scope = self.rights.get_scope(user)
        if self.everywhere or obj is None:
            return bool(scope.everywhere if self.everywhere else scope)
        return bool(scope.holds(obj.path))

    def get_permission_names(self) -> list[str]:
        return [self.rights.permission.name]


class SectionPermissions(ModelPermissions):
    """The permissions on sections; none is deleted by those who may not assign it."""

    def __init__(self, model: str, rights: SectionRights[Any]) -> None:
        super().__init__(model)
        self.rights = rights

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        granted = super().user_has_permission_for_instance(user, action, instance)
        return granted and (action != "delete" or self.rights.may_assign(user, before=instance))
