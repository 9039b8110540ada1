"""``cx_groups``: people who are no superusers can moderate and edit."""

import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse

from cx_feedback.core.admin.default_groups import GROUPS

pytestmark = pytest.mark.django_db


def run_command(**options):
    out = io.StringIO()
    call_command("cx_groups", stdout=out, **options)
    return out.getvalue()


def test_each_permission_exists():
    run_command()
    for name, wanted in GROUPS.items():
        rows = Group.objects.get(name=name).permissions.values_list(
            "content_type__app_label", "codename"
        )
        assert set(rows) == {(label, code) for label, codes in wanted.items() for code in codes}


def test_a_second_run_adds_what_is_missing_and_takes_nothing_away():
    run_command()
    group = Group.objects.get(name="Feedback moderators")
    extra = Permission.objects.get(codename="view_reader")
    group.permissions.add(extra)
    group.permissions.remove(Permission.objects.get(codename="moderate_comment"))
    told = run_command(verbosity=2)
    assert "Feedback moderators: exists, 1 permissions added, 8 kept." in told
    assert "  cx_feedback_comments.moderate_comment" in told
    assert extra in group.permissions.all()


@pytest.mark.parametrize(
    ("group", "route", "status"),
    [
        ("Feedback moderators", "cx_comments:queue", 200),
        ("Feedback moderators", "cx_loyalty:overview", 302),
        ("Feedback editors", "cx_loyalty:overview", 200),
        ("Feedback editors", "cx_comments:queue", 302),
        ("Feedback editors", "cx_conversations:inbox", 200),
        ("Feedback editors", "cx_promises:add", 200),
        ("Feedback editors", "cx_calendars:add", 200),
        ("Feedback editors", "cx_conversation_sections:index", 302),
        ("Feedback moderators", "cx_conversations:inbox", 302),
    ],
)
def test_what_the_groups_open(client, django_user_model, group, route, status):
    run_command()
    user = django_user_model.objects.create_user("ana", "ana@example.org", "x")
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    assert client.get(reverse(route)).status_code == status
