"""Permissions of the conversations app: reading and answering, everywhere or in sections."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from cx_feedback.core.permissions import ModelPermissions, RoomPermission, get_permission_rows

_APP = "cx_feedback_conversations"

#: Whoever has it reads, answers, assigns and closes conversations.
ANSWER_CONVERSATIONS = RoomPermission(_APP, "answer_conversation")
OFFERED = (ANSWER_CONVERSATIONS,)
PROMISES = ModelPermissions(f"{_APP}.Promise")
CALENDARS = ModelPermissions(f"{_APP}.Calendar")


def get_editors() -> QuerySet[Any]:
    """Return the active accounts that answer conversations."""
    users = get_user_model()._default_manager.filter(is_active=True)
    allowed = get_permission_rows(ANSWER_CONVERSATIONS)
    able = Q(is_superuser=True) | Q(user_permissions__in=allowed)
    able |= Q(groups__permissions__in=allowed)
    return users.filter(pk__in=users.filter(able).values("pk"))
