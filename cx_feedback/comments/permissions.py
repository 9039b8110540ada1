"""Permissions of the comments app: moderation, everywhere or in sections, and its settings."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models import Comment, Section, State
from cx_feedback.core.pages.sections import STEP
from cx_feedback.core.permissions import (
    ACCESS_ADMIN,
    ModelPermissions,
    RoomPermission,
    TokenScope,
)
from cx_feedback.core.sections import permissions as sections

_APP = Comment._meta.app_label

#: The permission by which an account or a group without sections moderates everywhere.
MODERATE_COMMENTS = RoomPermission(_APP, "moderate_comment")


@dataclass(frozen=True)
class Scope(sections.Scope):
    """Where somebody moderates."""

    def comments(self) -> QuerySet[Comment]:
        """Return the comments in the scope, except those that wait for email verification."""
        rows = Comment.objects.exclude(state=State.AWAITING)
        return rows.filter(self.below("thread__page__path"))


_RIGHTS = sections.SectionRights(
    section_model=Section, permission=MODERATE_COMMENTS, scope_class=Scope
)
#: Where an account moderates.
get_scope = _RIGHTS.get_scope
#: Returns the accounts that moderate somewhere and can use the admin.
get_all_moderators = _RIGHTS.get_accounts


def get_moderators(path: str) -> QuerySet[Any]:
    """Return the accounts that moderate the page at ``path`` and can use the admin."""
    above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    return _RIGHTS.get_accounts(Q(page__path__in=above))


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


def get_staff_accounts() -> QuerySet[Any]:
    """Return the active accounts with access to the admin, in the order of their ids."""
    users = get_user_model()._default_manager.filter(is_active=True)
    access = Permission.objects.filter(codename="access_admin")
    allowed = Q(groups__permissions__in=access) | Q(user_permissions__in=access)
    return users.filter(Q(is_superuser=True) | allowed).distinct().order_by("pk")


MODERATE = sections.InScope(_RIGHTS)
MODERATE_EVERYWHERE = sections.InScope(_RIGHTS, everywhere=True)
TOKEN_SCOPES = (
    TokenScope(
        MODERATE_COMMENTS, pgettext_lazy("comment", "Moderate comments and objections"), MODERATE
    ),
)
CHANGE_SETTINGS = RoomPermission(_APP, "change_commentsettings")
POLICIES = ModelPermissions(f"{_APP}.Policy")
SECTIONS = sections.SectionPermissions(f"{_APP}.Section", _RIGHTS)
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
