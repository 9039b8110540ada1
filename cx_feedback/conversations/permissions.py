"""Permissions of the conversations app: reading and answering, everywhere or in sections."""

from dataclasses import dataclass
from typing import Any

import swapper
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import CharField, Q, QuerySet, Value
from django.utils.translation import pgettext_lazy

from cx_feedback.conversations.models import Conversation, ConversationSection
from cx_feedback.core.caching.generations import Generation
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

_APP = Conversation._meta.app_label

#: Ended by each change of a section.
sections_generation = Generation("conversation-sections")
_SECTIONS_KEY, _SECONDS = "cx:conversations:sections", 60

#: Whoever has it reads, answers, assigns and closes conversations.
ANSWER_CONVERSATIONS = RoomPermission(_APP, "answer_conversation")


@dataclass(frozen=True)
class Scope:
    """All conversations, or those about the pages at ``paths`` and below. Without paths, none."""

    everywhere: bool = False
    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.paths)

    def holds(self, path: str) -> bool:
        """Return whether the scope includes the page at ``path``."""
        return self.everywhere or path.startswith(self.paths)

    def conversations(self) -> QuerySet[Conversation]:
        """Return the conversations in the scope; those without a page are of the whole site."""
        rows = Conversation.objects.all()
        if self.everywhere:
            return rows
        inside = Q(pk__in=[])
        for path in self.paths:
            inside |= Q(path__startswith=path)
        pages = swapper.load_model("wagtailcore", "Page").objects.filter(inside)
        return rows.filter(page__in=pages.values("pk"))


def get_scope(user: Any) -> Scope:
    """Return where ``user`` answers, in one query, once for each user object.

    A group with sections answers only there. A group without sections answers everywhere if it
    has the permission. A member of several groups has the scope of all of them.
    """
    if not hasattr(user, "_cx_conversations_scope"):
        user._cx_conversations_scope = _limit_scope(_find_scope(user), get_grant(user))
    found: Scope = user._cx_conversations_scope
    return found


def _limit_scope(scope: Scope, grant: TokenGrant | None) -> Scope:
    """Return what of ``scope`` a token lets its account answer."""
    if grant is None:
        return scope
    if ANSWER_CONVERSATIONS.name not in grant.scopes:
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
    if not _has_sections():
        return Scope(everywhere=user.has_perm(ANSWER_CONVERSATIONS.name))
    given = Q(user=user) | Q(group__in=_get_unbounded_groups().filter(user=user))
    unbounded = get_permission_rows(ANSWER_CONVERSATIONS).filter(given).order_by()
    own = ConversationSection.objects.filter(group__in=user.groups.values("pk"), page__isnull=False)
    # The permission is the empty path, at which every other begins.
    everywhere = unbounded.annotate(start=Value("", CharField())).values_list("start")
    found = {path for (path,) in own.order_by().values_list("page__path").union(everywhere)}
    return Scope(everywhere=True) if "" in found else Scope(paths=tuple(sorted(found)))


def _has_sections() -> bool:
    """Return whether a group has a section. Most sites have none; the menu of each page asks."""
    found, token = sections_generation.recall(_SECTIONS_KEY)
    if found is None:
        found = ConversationSection.objects.exists()
        sections_generation.keep(_SECTIONS_KEY, found, token, _SECONDS)
    return bool(found)


def _get_unbounded_groups() -> QuerySet[Group]:
    """Return the groups that answer everywhere."""
    groups = Group.objects.filter(permissions__in=get_permission_rows(ANSWER_CONVERSATIONS))
    return groups.exclude(pk__in=ConversationSection.objects.values("group"))


def get_editors() -> QuerySet[Any]:
    """Return the active accounts that answer somewhere and can use the admin, by name."""
    users = get_user_model()._default_manager.filter(is_active=True)
    groups = ConversationSection.objects.filter(page__isnull=False).values("group")
    answers = Q(user_permissions__in=get_permission_rows(ANSWER_CONVERSATIONS))
    answers |= Q(groups__in=_get_unbounded_groups()) | Q(groups__in=groups)
    entering = get_permission_rows(ACCESS_ADMIN)
    enters = Q(user_permissions__in=entering) | Q(groups__permissions__in=entering)
    staff = users.filter(pk__in=users.filter(answers).values("pk"))
    able = Q(pk__in=staff.filter(enters).values("pk")) | Q(is_superuser=True)
    return users.filter(able).order_by("pk")


def may_answer(user: Any, conversation: Conversation) -> bool:
    """Return whether ``user`` may read and answer this conversation."""
    return get_scope(user).conversations().filter(pk=conversation.pk).exists()


def get_answering_account(user_id: int | None, page_id: int | None) -> Any:
    """Return the account if it may answer conversations about the page, otherwise None."""
    user = None if user_id is None else get_editors().filter(pk=user_id).first()
    if user is None or page_id is None:
        return user if user and get_scope(user).everywhere else None
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk=page_id)
    path = pages.values_list("path", flat=True).first()
    return user if path and get_scope(user).holds(path) else None


def get_author(page_id: int | None) -> Any:
    """Return the owner of a page if they may answer conversations about it, otherwise None."""
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(pk=page_id)
    return get_answering_account(pages.values_list("owner", flat=True).first(), page_id)


def may_assign(
    user: Any,
    *,
    before: ConversationSection | None = None,
    group: Group | None = None,
    page: Any = None,
) -> bool:
    """Return whether ``user`` may put a section in the place of ``before``; without, take it away.

    Nobody gives or takes what they do not have: whoever does not answer everywhere assigns pages
    of their own sections only, and makes no group answer everywhere, nor one that does answer less.
    """
    own = get_scope(user)
    if own.everywhere:
        return True
    paths = [one.path for one in (page, before and before.page) if one]
    if not own or not all(own.holds(path) for path in paths):
        return False
    if before is not None and (group is None or group.pk != before.group_id):
        others = ConversationSection.objects.filter(group=before.group_id).exclude(pk=before.pk)
        held = before.group.permissions.filter(pk__in=get_permission_rows(ANSWER_CONVERSATIONS))
        if held.exists() and not others.exists():
            return False
    return group is None or not _get_unbounded_groups().filter(pk=group.pk).exists()


class SectionPermissions(ModelPermissions):
    """The permissions on sections; none is deleted by those who may not assign it."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        granted = super().user_has_permission_for_instance(user, action, instance)
        return granted and (action != "delete" or may_assign(user, before=instance))


@dataclass(frozen=True)
class Answers(AccessRule):
    """Granted to those who answer somewhere, or everywhere."""

    def is_granted_to(self, user: Any, obj: Any = None) -> bool:
        return bool(get_scope(user))

    def get_permission_names(self) -> list[str]:
        return [ANSWER_CONVERSATIONS.name]


ANSWER = Answers()
TOKEN_SCOPES = (
    TokenScope(
        ANSWER_CONVERSATIONS,
        pgettext_lazy("conversation", "Read and answer conversations"),
        ANSWER,
    ),
)
SECTIONS = SectionPermissions(f"{_APP}.ConversationSection")
OFFERED = (
    ANSWER_CONVERSATIONS,
    RoomPermission(_APP, "view_conversationsection"),
    RoomPermission(_APP, "view_savedanswer"),
)
SAVED_ANSWERS = ModelPermissions(f"{_APP}.SavedAnswer")
RULES = ModelPermissions(f"{_APP}.ConversationRule")
PROMISES = ModelPermissions(f"{_APP}.Promise")
CALENDARS = ModelPermissions(f"{_APP}.Calendar")
