"""Every address of the admin by role and scope, against the table of permissions.

A new address fails ``test_every_address_is_in_the_table`` until the table says who may open it.
"""

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.models import Permission
from django.db import connection
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cx_feedback.comments.models import Comment, State
from tests.comments.seen import seen
from tests.permissions.address_table import ADMIN, STAFF, get_alternatives, is_satisfied
from tests.permissions.addresses import list_admin_addresses, write_statements
from tests.permissions.conftest import ROLES, find_permissions, held_by
from tests.steps import THOROUGH

pytestmark = pytest.mark.django_db
ADDRESSES = list_admin_addresses()
RULES = {f"{space}:{name}": rule for space, names in ADMIN.items() for name, rule in names.items()}
HOME = reverse("wagtailadmin_home")
LOGIN = reverse("wagtailadmin_login")


def outcome(response):
    """Return what became of a request, in one word."""
    if response.status_code == 302:
        if response["Location"].startswith(LOGIN):
            return "login"
        if response["Location"] == HOME:
            return "refused"
        # What is not found is looked for below a language first.
        return "missing" if response["Location"].startswith("/en/") else "in"
    return {200: "in", 400: "in", 403: "refused", 404: "missing", 405: "in"}[response.status_code]


def visit(client, fill, addresses=ADDRESSES, method="get"):
    """Return the outcome of each address."""
    return {str(a): outcome(getattr(client, method)(fill(a))) for a in addresses}


def expected_for(held, addresses=ADDRESSES):
    """Return what the table says of each address for an account that holds ``held``."""
    return {str(a): "in" if is_satisfied(RULES[str(a)], held) else "refused" for a in addresses}


def test_every_address_is_in_the_table():
    assert {str(address) for address in ADDRESSES} == set(RULES)


#: Who sees all pages, and who sees some: their pages are rendered, so that none breaks or writes.
SEEING = ("superuser", "section")


@pytest.fixture
def leave_empty(monkeypatch):
    """Return a function that leaves pages empty: who may open them is known before."""

    def leave():
        if not THOROUGH:
            monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")

    return leave


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_in_where_the_table_says(of_role, fill, role, leave_empty):
    if role not in SEEING:
        leave_empty()
    client, held = of_role(role)
    expected = expected_for(held)
    with CaptureQueriesContext(connection) as captured:
        assert visit(client, fill) == expected
        closed = [a for a in ADDRESSES if expected[str(a)] == "refused"]
        assert set(visit(client, fill, closed, "post").values()) <= {"refused"}
    assert write_statements(captured) == []


@pytest.mark.parametrize("who", ["nobody", "reader", "account"])
def test_without_the_admin_there_is_the_login(fill, known_reader, django_user_model, who):
    client = known_reader if who == "reader" else Client()
    if who == "account":
        client.force_login(django_user_model.objects.create_user("ana", "ana@example.org", "x"))
    with CaptureQueriesContext(connection) as captured:
        for method in ("get", "post"):
            assert set(visit(client, fill, method=method).values()) == {"login"}
    assert write_statements(captured) == []


def test_no_form_is_taken_from_another_site(of_role, fill):
    client, _held = of_role("superuser")
    client.handler.enforce_csrf_checks = True
    with CaptureQueriesContext(connection) as captured:
        for address in ADDRESSES:
            assert client.post(fill(address)).status_code == 403, address
    assert write_statements(captured) == []


@pytest.mark.slow
def test_each_alternative_of_a_rule_opens_its_addresses_alone(account, fill, leave_empty):
    leave_empty()
    client, _held = account("clerk")
    user = get_user(client)
    alternatives = {
        frozenset(codenames): [a for a in ADDRESSES if codenames in get_alternatives(RULES[str(a)])]
        for rule in set(RULES.values())
        if rule != STAFF
        for codenames in get_alternatives(rule)
    }
    for codenames, addresses in alternatives.items():
        user.user_permissions.set(find_permissions("access_admin", *codenames))
        held = held_by(type(user).objects.get(pk=user.pk))
        assert visit(client, fill, addresses) == expected_for(held, addresses), codenames


@pytest.mark.slow
def test_all_other_permissions_open_no_address(account, fill):
    client, _held = account("clerk")
    user = get_user(client)
    ours = Permission.objects.filter(content_type__app_label__startswith="cx_feedback")
    everything = set(ours.values_list("codename", flat=True))
    for rule in set(RULES.values()) - {STAFF}:
        taken = set().union(*get_alternatives(rule))
        user.user_permissions.set(find_permissions("access_admin", *(everything - taken)))
        held = held_by(type(user).objects.get(pk=user.pk))
        addresses = [a for a in ADDRESSES if RULES[str(a)] == rule]
        assert visit(client, fill, addresses) == expected_for(held, addresses), rule
        assert set(expected_for(held, addresses).values()) == {"refused"}


def test_a_moderator_of_a_section_finds_nothing_outside_of_it(of_role, moderated):
    client, _held = of_role("section")
    of_comments = [a for a in ADDRESSES if a.namespace == "cx_comments" and a.parameters]
    about_one = [a for a in of_comments if RULES[str(a)] == "moderate_comment"]
    assert {a.name for a in about_one} >= {
        "comment",
        "reply",
        "ban",
        "thread_closing",
        "lift_ban",
        "undo",
    }

    def fill(address, scope):
        there = moderated[scope]
        return address.fill({**there, "pk": there["ban" if address.name == "lift_ban" else "pk"]})

    with CaptureQueriesContext(connection) as captured:
        for address in about_one:
            assert outcome(client.get(fill(address, "inside"))) == "in", address
            for method in ("get", "post"):
                response = getattr(client, method)(fill(address, "outside"))
                # To undo changes nothing then, and the page does not say what it was about.
                hidden = address.name == "undo" or response.status_code == 405
                assert hidden or outcome(response) == "missing", (address, method)
                assert "Words" not in response.content.decode()
    assert write_statements(captured) == []


def test_a_moderator_of_a_section_decides_on_nothing_outside_of_it(of_role, moderated):
    client, _held = of_role("section")
    ids = [moderated[scope]["pk"].pk for scope in ("inside", "outside")]
    client.post(reverse("cx_comments:decide"), {"act": "reject", "ids": ids, "seen": seen(ids)})
    states = [Comment.objects.get(pk=pk).state for pk in ids]
    assert states == [State.REJECTED, State.PUBLISHED]
