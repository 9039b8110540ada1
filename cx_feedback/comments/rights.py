"""Whose comments a user may see and decide on: all, or those of some sections."""

from dataclasses import dataclass
from typing import Any

import swapper
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from cx_feedback.comments.models import Comment, Section, State

CODENAME = "moderate_comment"


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
    here = Permission.objects.filter(
        codename=CODENAME, content_type__app_label=Comment._meta.app_label
    )
    groups = user.groups.values("pk")
    sections = Section.objects.all()
    unbounded = Group.objects.filter(pk__in=groups, permissions__in=here)
    unbounded = unbounded.exclude(pk__in=sections.values("group"))
    if unbounded.exists() or user.user_permissions.filter(pk__in=here).exists():
        return Scope(everywhere=True)
    paths = sections.filter(group__in=groups).values_list("page__path", flat=True)
    return Scope(paths=tuple(sorted(set(paths))))


class Moderators:
    """For views of those who moderate somewhere; ``self.scope`` says where."""

    everywhere_only = False
    scope: Scope

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.scope = scope_of(request.user)
        if not self.scope or (self.everywhere_only and not self.scope.everywhere):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response
