"""The permissions of people who aren't superusers, and the groups of ``cx_groups``."""

from collections.abc import Iterator

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cx_feedback.core.admin.default_groups import GROUPS
from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.registry import Examination
from cx_feedback.core.permissions import get_regular_accounts

GROUPS_LINE = "python manage.py cx_groups"
DOCS = "docs/how-to/permissions.md"

NO_PERMISSIONS = Problem(
    "no-permissions",
    Level.ERROR,
    _("The database has none of our permissions."),
    "python manage.py migrate",
    DOCS,
)
NOBODY_MAY_WORK = Problem(
    "nobody-may-work",
    Level.WARNING,
    _(
        "%(number)s people may log in to the admin without being superusers, and no group gives "
        "any of them a permission of ours: they see no Feedback menu. Make the groups, then add "
        "people to one of them under Settings, Users: %(groups)s."
    ),
    f"{GROUPS_LINE}  # then add people to a group under Settings, Users",
    DOCS,
)
NOBODY_IN_GROUPS = Problem(
    "nobody-in-groups",
    Level.WARNING,
    _(
        "The groups (%(groups)s) are there, but nobody without superuser rights is in one: add "
        "people under Settings, Users."
    ),
    docs_page=DOCS,
)
GROUP_OUT_OF_DATE = Problem(
    "group-out-of-date",
    Level.WARNING,
    _("The group “%(group)s” has no permission of %(rooms)s, installed after the group was made."),
    GROUPS_LINE,
    DOCS,
)


def examine_permissions() -> Iterator[Finding]:
    """Yield what keeps people who aren't superusers from working."""
    ours = Permission.objects.filter(content_type__app_label__startswith="cx_feedback")
    if not ours.exists():
        yield NO_PERMISSIONS.build_finding()
        return
    yield from _examine_staff()
    existing = set(ours.values_list("content_type__app_label", "codename"))
    for group in Group.objects.filter(name__in=GROUPS):
        yield from _examine_group(group, existing)


def _examine_staff() -> Iterator[Finding]:
    users = get_regular_accounts()
    admin = Q(content_type__app_label="wagtailadmin", codename="access_admin")
    reachable = Permission.objects.filter(admin)
    staff = users.filter(Q(groups__permissions__in=reachable) | Q(user_permissions__in=reachable))
    mine = Permission.objects.filter(content_type__app_label__startswith="cx_feedback")
    works = Q(groups__permissions__in=mine) | Q(user_permissions__in=mine)
    number = staff.distinct().count()
    if not number or staff.filter(works).exists():
        return
    made = Group.objects.filter(name__in=GROUPS, permissions__in=mine).distinct()
    if names := [name for name in GROUPS if name in set(made.values_list("name", flat=True))]:
        yield NOBODY_IN_GROUPS.build_finding(groups=", ".join(names))
    else:
        yield NOBODY_MAY_WORK.build_finding(number=number, groups=", ".join(GROUPS))


def _examine_group(group: Group, existing: set[tuple[str, str]]) -> Iterator[Finding]:
    """Yield that a group of ``cx_groups`` has nothing at all of a room.

    Single permissions may have been taken away on purpose.
    """
    has = set(group.permissions.values_list("content_type__app_label", "codename"))
    lacking = []
    for label, codenames in GROUPS[group.name].items():
        wanted = {(label, codename) for codename in codenames} & existing
        if wanted and not wanted & has:
            lacking.append(label)
    if lacking:
        yield GROUP_OUT_OF_DATE.build_finding(group=group.name, rooms=", ".join(lacking))


EXAMINATION = Examination(
    "permissions",
    _("Permissions and groups"),
    examine_permissions,
    (NO_PERMISSIONS, NOBODY_MAY_WORK, NOBODY_IN_GROUPS, GROUP_OUT_OF_DATE),
)
