"""The groups that ``cx_groups`` creates, so that users other than superusers can work."""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

WRITE = ("add", "change", "delete", "view")
LIVE = (*WRITE, "publish", "lock", "unlock")


def get_codenames(actions: tuple[str, ...], *models: str) -> tuple[str, ...]:
    """Return the codenames of ``actions`` on ``models``."""
    return tuple(f"{action}_{model}" for model in models for action in actions)


#: Group to app label to codenames. No group has the permissions to view readers (``view_reader``),
#: to change settings, or for single sections; a superuser assigns these.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "Feedback moderators": {
        "wagtailadmin": ("access_admin",),
        "cx_feedback_comments": (
            "moderate_comment",
            *get_codenames(WRITE, "savedreply"),
            *get_codenames(("add", "delete", "view"), "authornote"),
        ),
    },
    "Feedback editors": {
        "wagtailadmin": ("access_admin",),
        "cx_feedback_surveys": (
            *get_codenames(LIVE, "survey"),
            "view_results",
            "view_texts",
            "view_responses",
            *get_codenames(("change", "delete"), "response"),
            "export_responses",
        ),
        "cx_feedback_nps": get_codenames(LIVE, "npswidget"),
        "cx_feedback_newsletter": (
            *get_codenames(WRITE, "mailinglist", "topic", "followuprule", "issue", "digest"),
            *get_codenames(("view", "change"), "subscription"),
        ),
        "cx_feedback_mail": ("view_delivery",),
        "cx_feedback_loyalty": ("view_loyalty",),
        "cx_feedback_conversations": (
            "answer_conversation",
            *get_codenames(WRITE, "conversationrule", "assignmentrule", "promise", "calendar"),
        ),
    },
}


@dataclass(frozen=True)
class Grant:
    """The permissions that a run added to a group, and the number it already had."""

    group: str
    created: bool
    added: tuple[str, ...]
    kept: int


@transaction.atomic
def create_default_groups() -> list[Grant]:
    """Create the groups and add missing permissions, without removing any.

    Rooms that aren't installed have no permissions, so none of theirs is added.
    """
    return [grant_permissions(name, wanted) for name, wanted in GROUPS.items()]


def grant_permissions(name: str, wanted: dict[str, tuple[str, ...]]) -> Grant:
    """Add the existing permissions that the group called ``name`` lacks."""
    group, created = Group.objects.get_or_create(name=name)
    conditions = Q(pk__in=[])
    for label, codenames in wanted.items():
        conditions |= Q(content_type__app_label=label, codename__in=codenames)
    found = Permission.objects.filter(conditions).select_related("content_type")
    had = set(group.permissions.values_list("pk", flat=True))
    new = [permission for permission in found if permission.pk not in had]
    group.permissions.add(*new)
    added = tuple(f"{p.content_type.app_label}.{p.codename}" for p in new)
    return Grant(name, created, added, len(found) - len(new))
