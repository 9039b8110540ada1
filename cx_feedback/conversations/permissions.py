"""Permissions of the conversations app: reading and answering, everywhere or in sections."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from cx_feedback.conversations.models import Conversation, ConversationSection
from cx_feedback.core.caching.generations import Generation
from cx_feedback.core.permissions import ModelPermissions, RoomPermission, TokenScope
from cx_feedback.core.sections import permissions as sections

_APP = Conversation._meta.app_label

#: Ended by each change of a section.
sections_generation = Generation("conversation-sections")

#: Whoever has it reads, answers, assigns and closes conversations.
ANSWER_CONVERSATIONS = RoomPermission(_APP, "answer_conversation")


@dataclass(frozen=True)
class Scope(sections.Scope):
    """Where somebody answers."""

    def conversations(self) -> QuerySet[Conversation]:
        """Return the conversations in the scope; those without a page are of the whole site."""
        rows = Conversation.objects.all()
        return rows if self.everywhere else rows.filter(page__in=self.pages().values("pk"))


_RIGHTS = sections.SectionRights(
    section_model=ConversationSection,
    permission=ANSWER_CONVERSATIONS,
    scope_class=Scope,
    generation=sections_generation,
)
#: Where an account answers.
get_scope = _RIGHTS.get_scope


def get_editors() -> QuerySet[Any]:
    """Return the accounts that answer somewhere and can use the admin, by their ids."""
    return _RIGHTS.get_accounts().order_by("pk")


def may_answer(user: Any, conversation: Conversation) -> bool:
    """Return whether ``user`` may read and answer this conversation."""
    return get_scope(user).conversations().filter(pk=conversation.pk).exists()


class AbsencePermissions(ModelPermissions):
    """The permissions on absences: whoever answers has their own, others by permission only."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if self.manages_all(user, action):
            return True
        return instance.account_id == user.pk and self.user_has_permission(user, action)

    def manages_all(self, user: Any, action: str) -> bool:
        """Return whether ``user`` may do ``action`` to the absences of others."""
        return RoomPermission(_APP, f"{action}_absence").is_granted_to(user)


ANSWER = sections.InScope(_RIGHTS)
TOKEN_SCOPES = (
    TokenScope(
        ANSWER_CONVERSATIONS,
        pgettext_lazy("conversation", "Read and answer conversations"),
        ANSWER,
    ),
)
SECTIONS = sections.SectionPermissions(f"{_APP}.ConversationSection", _RIGHTS)
OFFERED = (
    ANSWER_CONVERSATIONS,
    RoomPermission(_APP, "view_conversationsection"),
    RoomPermission(_APP, "view_savedanswer"),
)
ASSIGNMENT_RULES = ModelPermissions(f"{_APP}.AssignmentRule")
ABSENCES = AbsencePermissions(
    f"{_APP}.Absence", add=ANSWER, change=ANSWER, delete=ANSWER, view=ANSWER
)
SAVED_ANSWERS = ModelPermissions(f"{_APP}.SavedAnswer")
RULES = ModelPermissions(f"{_APP}.ConversationRule")
PROMISES = ModelPermissions(f"{_APP}.Promise")
CALENDARS = ModelPermissions(f"{_APP}.Calendar")
