"""Permissions of the comments app: moderation, everywhere or in sections, and its settings."""

from dataclasses import dataclass
from typing import Any

import swapper
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import CharField, Q, QuerySet, Value
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models import Comment, Section, State
from cx_feedback.core.pages.sections import STEP
from cx_feedback.core.people.token_grants import TokenGrant, get_grant
from cx_feedback.core.permissions import (
    ACCESS_ADMIN,
    AccessRule,
    ModelPermissions,
    RoomPermission,
    TokenScope,
    get_permission_rows,
    is_superuser,
)

_APP = Comment._meta.app_label

#: The permission by which an account or a group without sections moderates everywhere.
MODERATE_COMMENTS = RoomPermission(_APP, "moderate_comment")


@dataclass(frozen=True)
class Scope:
    """All pages, or the pages at ``paths`` and below them. Without paths, none."""

    everywhere: bool = False
    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.paths)

    def holds(self, path: str) -> bool:
        """Return whether the scope includes the page at ``path``."""
        return self.everywhere or any(path.startswith(p) for p in self.paths)

    def _below(self, field: str) -> Q:
        if self.everywhere:
            return Q()
        found = Q(pk__in=[])
        for path in self.paths:
            found |= Q(**{f"{field}__startswith": path})
        return found

    def comments(self) -> QuerySet[Comment]:
        """Return the comments in the scope, except those that wait for email verification."""
        rows = Comment.objects.exclude(state=State.AWAITING)
        return rows.filter(self._below("thread__page__path"))

    def pages(self) -> QuerySet[Any]:
        """Return the pages in the scope."""
        found: QuerySet[Any] = swapper.load_model("wagtailcore", "Page").objects.all()
        return found.filter(self._below("path"))


def get_scope(user: Any) -> Scope:
    """Return where ``user`` moderates, in one query, once for each user object.

    A group with sections moderates only these. A group without sections moderates everywhere if
    it has the permission to moderate. A member of several groups has the scope of all of them.
    """
    if not hasattr(user, "_cx_comments_scope"):
        user._cx_comments_scope = _limit_scope(_find_scope(user), get_grant(user))
    found: Scope = user._cx_comments_scope
    return found


def _limit_scope(scope: Scope, grant: TokenGrant | None) -> Scope:
    """Return what of ``scope`` a token lets its account moderate."""
    if grant is None:
        return scope
    if MODERATE_COMMENTS.name not in grant.scopes:
        return Scope()
    if grant.paths is None:
        return scope
    inside = [path for path in grant.paths if scope.holds(path)]
    return Scope(paths=tuple(sorted({*inside, *filter(grant.holds, scope.paths)})))


def _find_scope(user: Any) -> Scope:
    if not user.is_active:
        return Scope()
    if is_superuser(user):
        return Scope(everywhere=True)
    given = Q(user=user) | Q(group__in=_get_unbounded_groups().filter(user=user))
    unbounded = get_permission_rows(MODERATE_COMMENTS).filter(given).order_by()
    sections = Section.objects.filter(group__in=user.groups.values("pk"), page__isnull=False)
    # The permission is the empty path, at which every other begins.
    everywhere = unbounded.annotate(start=Value("", CharField())).values_list("start")
    found = {path for (path,) in sections.order_by().values_list("page__path").union(everywhere)}
    return Scope(everywhere=True) if "" in found else Scope(paths=tuple(sorted(found)))


def _get_unbounded_groups() -> QuerySet[Group]:
    """Return the groups that moderate everywhere."""
    groups = Group.objects.filter(permissions__in=get_permission_rows(MODERATE_COMMENTS))
    return groups.exclude(pk__in=Section.objects.values("group"))


def get_moderators(path: str) -> QuerySet[Any]:
    """Return the accounts that moderate the page at ``path`` and can use the admin."""
    above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    return _get_moderators_of(Section.objects.filter(page__path__in=above))


def get_all_moderators() -> QuerySet[Any]:
    """Return the accounts that moderate somewhere and can use the admin."""
    return _get_moderators_of(Section.objects.filter(page__isnull=False))


def _get_moderators_of(section_rows: QuerySet[Section]) -> QuerySet[Any]:
    sections = section_rows.values("group")
    allowed = get_permission_rows(MODERATE_COMMENTS)
    moderating = Q(is_superuser=True) | Q(user_permissions__in=allowed)
    moderating |= Q(groups__in=_get_unbounded_groups()) | Q(groups__in=sections)
    entering = get_permission_rows(ACCESS_ADMIN)
    enters = Q(is_superuser=True) | Q(user_permissions__in=entering)
    enters |= Q(groups__permissions__in=entering)
    users = get_user_model()._default_manager.filter(is_active=True)
    # Two statements of ids: joins of both would multiply the rows.
    can_enter = users.filter(enters).values("pk")
    return users.filter(pk__in=users.filter(moderating).values("pk")).filter(pk__in=can_enter)


def moderates(user: Any, page_id: int) -> bool:
    """Return whether ``user`` moderates the comments of a page.

    No query for accounts that have neither a way into the admin nor the right to moderate.
    """
    if not (ACCESS_ADMIN | MODERATE_COMMENTS).is_granted_to(user):
        return False
    scope = get_scope(user)
    if scope.everywhere or not scope:
        return scope.everywhere
    return scope.pages().filter(pk=page_id).exists()


def may_assign(
    user: Any, *, before: Section | None = None, group: Group | None = None, page: Any = None
) -> bool:
    """Return whether ``user`` may put a section in the place of ``before``; without, take it away.

    Nobody gives or takes what they do not have: whoever does not moderate everywhere assigns
    pages of their own sections only, and makes no group moderate everywhere, nor one that does
    moderate less.
    """
    own = get_scope(user)
    if own.everywhere:
        return True
    paths = [one.path for one in (page, before and before.page) if one]
    if not own or not all(own.holds(path) for path in paths):
        return False
    if before is not None and (group is None or group.pk != before.group_id):
        others = Section.objects.filter(group=before.group_id).exclude(pk=before.pk)
        if (
            not others.exists()
            and before.group.permissions.filter(
                pk__in=get_permission_rows(MODERATE_COMMENTS)
            ).exists()
        ):
            return False
    return group is None or not _get_unbounded_groups().filter(pk=group.pk).exists()


@dataclass(frozen=True)
class Moderates(AccessRule):
    """Granted to those who moderate somewhere, everywhere, or the page that is asked for."""

    everywhere: bool = False

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        scope = get_scope(user)
        if self.everywhere or obj is None:
            return scope.everywhere if self.everywhere else bool(scope)
        return scope.holds(obj.path)

    def get_permission_names(self) -> list[str]:
        return [MODERATE_COMMENTS.name]


def get_staff_accounts() -> QuerySet[Any]:
    """Return the active accounts with access to the admin, in the order of their ids."""
    users = get_user_model()._default_manager.filter(is_active=True)
    access = Permission.objects.filter(codename="access_admin")
    allowed = Q(groups__permissions__in=access) | Q(user_permissions__in=access)
    return users.filter(Q(is_superuser=True) | allowed).distinct().order_by("pk")


class SectionPermissions(ModelPermissions):
    """The permissions on sections; none is deleted by those who may not assign it."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        granted = super().user_has_permission_for_instance(user, action, instance)
        return granted and (action != "delete" or may_assign(user, before=instance))


MODERATE = Moderates()
MODERATE_EVERYWHERE = Moderates(everywhere=True)
TOKEN_SCOPES = (
    TokenScope(
        MODERATE_COMMENTS, pgettext_lazy("comment", "Moderate comments and objections"), MODERATE
    ),
)
CHANGE_SETTINGS = RoomPermission(_APP, "change_commentsettings")
POLICIES = ModelPermissions(f"{_APP}.Policy")
SECTIONS = SectionPermissions(f"{_APP}.Section")
SAVED_REPLIES = ModelPermissions(f"{_APP}.SavedReply")
NOTES = ModelPermissions(f"{_APP}.AuthorNote")
#: To be led from a page to its policy, which may have to be made.
EDIT_PAGE_POLICY = POLICIES.add & POLICIES.change
#: What groups are offered beside what the viewsets of policies and sections offer.
OFFERED = (
    MODERATE_COMMENTS,
    RoomPermission(_APP, "view_policy"),
    RoomPermission(_APP, "view_section"),
    RoomPermission(_APP, "view_savedreply"),
    *(RoomPermission(_APP, f"{action}_authornote") for action in ("add", "view", "delete")),
)
