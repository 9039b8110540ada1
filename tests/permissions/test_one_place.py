"""The rooms' ``permissions.py`` are the only places that are asked who may do what."""

import importlib
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet

import cx_feedback
from cx_feedback.core.admin.default_groups import GROUPS
from cx_feedback.core.permissions import AccessRule, ModelPermissions
from tests.permissions.address_table import ADMIN, REST

ROOT = Path(cx_feedback.__file__).parent
ASKING = re.compile(
    r"\bhas_perms?\(|\bperms\.|\bis_superuser\b|\bis_staff\b|permission_required\b|"
    r"user_passes_test|login_required|PermissionPolicy\(|permissions_for_user|"
    r"\bpermission_policy\b(?!\(self\))|\.permission_classes\b"
)
ROOMS = [room for room in cx_feedback.ROOMS if apps.is_installed(room)]


def test_no_other_module_asks():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted([*ROOT.rglob("*.py"), *ROOT.rglob("*.html")])
        if path.name != "permissions.py" and "migrations" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ASKING.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_who_may_do_what(room):
    module = importlib.import_module(f"{room}.permissions")
    rules = [one for one in vars(module).values() if isinstance(one, AccessRule | ModelPermissions)]
    assert rules


def test_each_viewset_asks_the_permissions_of_its_room():
    ours = [
        viewset
        for viewset in viewsets.viewsets
        if isinstance(viewset, ModelViewSet) and viewset.model.__module__.startswith("cx_feedback")
    ]
    assert len(ours) > 10
    for viewset in ours:
        assert isinstance(viewset.permission_policy, ModelPermissions), viewset
        assert viewset.permission_policy.model is viewset.model


@pytest.mark.django_db
def test_no_permission_is_named_that_does_not_exist():
    ours = Permission.objects.filter(content_type__app_label__startswith="cx_feedback")
    known = set(ours.values_list("codename", flat=True))
    named = {
        word
        for rules in (*ADMIN.values(), *REST.values())
        for rule in rules.values()
        for word in re.findall(r"\b[a-z]+_[a-z]+\b", rule)
    }
    assert named <= known
    given = {
        codename
        for labels in GROUPS.values()
        for label, names in labels.items()
        if label != "wagtailadmin"
        for codename in names
    }
    assert given <= known
