"""Whose comments a user may see and decide on: all, or those of some sections."""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import swapper
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from cx_feedback.comments.models import Comment, Section, State
from cx_feedback.core.database import replicas

CODENAME = "moderate_comment"
_APP = Comment._meta.app_label


@dataclass(frozen=True)
class Scope:
    """Everything, or what lies at and below the pages at ``paths``; empty: nothing."""

    everywhere: bool = False
    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.paths)

    def holds(self, path: str) -> bool:
        """Return whether a page lies in it, by its path."""
        return self.everywhere or any(path.startswith(p) for p in self.paths)

    def _below(self, field: str) -> Q:
        if self.everywhere:
            return Q()
        found = Q(pk__in=[])
        for path in self.paths:
            found |= Q(**{f"{field}__startswith": path})
        return found

    def comments(self) -> QuerySet[Comment]:
        """Return the comments; those whose address still waits for its proof are nobody's."""
        rows = Comment.objects.exclude(state=State.AWAITING)
        return rows.filter(self._below("thread__page__path"))

    def pages(self) -> QuerySet[Any]:
        """Return the pages."""
        found: QuerySet[Any] = swapper.load_model("wagtailcore", "Page").objects.all()
        return found.filter(self._below("path"))


def scope_of(user: Any) -> Scope:
    """Return where ``user`` moderates, in two queries, once for each user object.

    A group with sections moderates these and nothing else; one without moderates everywhere if
    it has the right to moderate. Who belongs to several has what each of them gives.
    """
    if not hasattr(user, "_cx_comments_scope"):
        user._cx_comments_scope = _scope(user)
    found: Scope = user._cx_comments_scope
    return found


def _scope(user: Any) -> Scope:
    if not user.is_active:
        return Scope()
    if user.is_superuser:
        return Scope(everywhere=True)
    groups = user.groups.values("pk")
    own = user.user_permissions.filter(pk__in=_permission())
    if _unbounded().filter(pk__in=groups).exists() or own.exists():
        return Scope(everywhere=True)
    sections = Section.objects.filter(group__in=groups, page__isnull=False)
    return Scope(paths=tuple(sorted(set(sections.values_list("page__path", flat=True)))))


def _permission() -> QuerySet[Permission]:
    return Permission.objects.filter(codename=CODENAME, content_type__app_label=_APP)


def _unbounded() -> QuerySet[Group]:
    """Return the groups that moderate everywhere."""
    groups = Group.objects.filter(permissions__in=_permission())
    return groups.exclude(pk__in=Section.objects.values("group"))


def moderates(user: Any, page_id: int) -> bool:
    """Return whether ``user`` moderates the comments of a page.

    No query for accounts that have neither a way into the admin nor the right to moderate.
    """
    if not (user.has_perm("wagtailadmin.access_admin") or user.has_perm(f"{_APP}.{CODENAME}")):
        return False
    scope = scope_of(user)
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
    own = scope_of(user)
    if own.everywhere:
        return True
    paths = [one.path for one in (page, before and before.page) if one]
    if not own or not all(own.holds(path) for path in paths):
        return False
    if before is not None and (group is None or group.pk != before.group_id):
        others = Section.objects.filter(group=before.group_id).exclude(pk=before.pk)
        if not others.exists() and before.group.permissions.filter(pk__in=_permission()).exists():
            return False
    return group is None or not _unbounded().filter(pk=group.pk).exists()


class Moderators:
    """For views of those who moderate somewhere; ``self.scope`` says where."""

    everywhere_only = False
    scope: Scope

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with replicas.read_from_primary() if replicas.is_write(request.method) else nullcontext():
            return self._dispatch(request, *args, **kwargs)

    def _dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.scope = scope_of(request.user)
        if not self.scope or (self.everywhere_only and not self.scope.everywhere):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response
