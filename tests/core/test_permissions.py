"""The base of the rooms' permissions: rules, and who is let in by them."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied

from cx_feedback.core.permissions import (
    AccessRule,
    ModelPermissions,
    RoomPermission,
    SuperuserOnly,
    get_permission_rows,
)

pytestmark = pytest.mark.django_db
VIEW = RoomPermission("cx_feedback_loyalty", "view_loyalty")
READERS = RoomPermission("cx_feedback_readers", "view_reader")


class Owner(AccessRule):
    """Granted to the owner of an object."""

    def is_granted_to(self, user, obj=None):
        return obj is not None and obj == user.pk


@pytest.fixture
def user(django_user_model):
    made = django_user_model.objects.create_user("ana", "ana@example.org", "x")
    made.user_permissions.add(Permission.objects.get(codename="view_loyalty"))
    return made


def test_a_permission_is_what_django_says(user, admin_user):
    assert VIEW.is_granted_to(user)
    assert VIEW.is_granted_to(user, obj=user)
    assert not READERS.is_granted_to(user)
    assert READERS.is_granted_to(admin_user)
    assert not VIEW.is_granted_to(AnonymousUser())
    assert not VIEW.is_granted_to(None)


def test_rules_can_be_joined(user):
    assert (VIEW | READERS).is_granted_to(user)
    assert not (VIEW & READERS).is_granted_to(user)
    assert (VIEW & Owner()).is_granted_to(user, user.pk)
    assert not (VIEW & Owner()).is_granted_to(user)


def test_a_rule_can_be_required(user):
    VIEW.require(user)
    with pytest.raises(PermissionDenied):
        READERS.require(user)


def test_superusers_only(user, admin_user):
    assert SuperuserOnly().is_granted_to(admin_user)
    assert not SuperuserOnly().is_granted_to(user)
    assert not SuperuserOnly().is_granted_to(None)
    admin_user.is_active = False
    assert not SuperuserOnly().is_granted_to(admin_user)


def test_the_permissions_on_a_model(user):
    deliveries = ModelPermissions("cx_feedback_mail.Delivery", view=VIEW)
    assert deliveries.change == RoomPermission("cx_feedback_mail", "change_delivery")
    assert deliveries.user_has_permission(user, "view")
    assert deliveries.user_has_permission_for_instance(user, "view", object())
    assert not deliveries.user_has_permission(user, "change")
    assert deliveries.any.is_granted_to(user)


def test_an_object_decides_for_a_model_too(user):
    deliveries = ModelPermissions("cx_feedback_mail.Delivery", change=Owner())
    assert not deliveries.user_has_permission(user, "change")
    assert deliveries.user_has_permission_for_instance(user, "change", user.pk)


def test_the_rows_that_groups_are_offered():
    found = get_permission_rows(VIEW, READERS).values_list("codename", flat=True)
    assert set(found) == {"view_loyalty", "view_reader"}
    assert not get_permission_rows().exists()
