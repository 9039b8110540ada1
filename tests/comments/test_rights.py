"""Moderators have their right where it holds, and nobody hands out what they do not have."""

import json

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, Section
from cx_feedback.comments.permissions import get_scope, moderates
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/"
NEW = "/admin/cx-feedback/comment-sections/new/"


def right(*codenames):
    return Permission.objects.filter(codename__in=codenames)


@pytest.fixture
def pages(home, talk):
    """Two sections with a page in each."""
    found = {}
    for name in ("mine", "theirs"):
        section = home.add_child(instance=type(talk)(title=name, slug=name))
        found[name] = section
        found[f"{name}-page"] = section.add_child(instance=type(talk)(title=name, slug="page"))
    return found


@pytest.fixture
def account(django_user_model):
    """A function that makes an account of a group with these rights and sections."""

    def make(name, *codenames, sections=()):
        group = Group.objects.create(name=name)
        group.permissions.set(right(*codenames))
        for page in sections:
            Section.objects.create(group=group, page=page)
        user = django_user_model.objects.create_user(name, first_name=name.title(), password="pw")
        user.groups.add(group)
        return user

    return make


@pytest.fixture
def bounded(account, pages):
    """A moderator of the first section, who may assign sections."""
    names = ("access_admin", "moderate_comment", "add_section", "change_section", "delete_section")
    return account("bounded", *names, sections=[pages["mine"]])


def state(user, page, text="A word"):
    browser = Client()
    browser.force_login(user)
    sent = json.dumps({"page": page.pk, "text": text})
    answer = browser.post(API, sent, content_type="application/json", **OWN)
    return answer.json().get("state", answer.status_code)


def test_a_moderators_comment_needs_approval_outside_the_section(bounded, pages, talk):
    assert state(bounded, pages["mine-page"]) == "published"
    assert state(bounded, pages["mine"]) == "published"
    assert state(bounded, pages["theirs-page"]) == "pending"
    assert state(bounded, talk) == "pending"


def test_a_ban_holds_for_a_moderator_outside_the_section(
    bounded, pages, moderator, django_capture_on_commit_callbacks
):
    state(bounded, pages["theirs-page"])
    theirs = Comment.objects.get(thread__page=pages["theirs-page"].pk)
    with django_capture_on_commit_callbacks(execute=True):
        services.ban_author(comment_id=theirs.pk, kinds=["author"], moderator=moderator)
    assert state(bounded, pages["theirs-page"], "Once more") == 403
    assert state(bounded, pages["mine-page"], "At home") == "published"


def test_an_account_without_rights_costs_no_query_to_know_it(
    account, pages, django_assert_num_queries
):
    user = account("reader")
    user.has_perm("anything")  # the rights are read once a request anyway
    with django_assert_num_queries(0):
        assert not moderates(user, pages["mine"].pk)


def assign(user, group, page, url=NEW):
    browser = Client()
    browser.force_login(user)
    return browser.post(url, {"group": group.pk, "page": page.pk})


def delete(user, section):
    browser = Client()
    browser.force_login(user)
    return browser.post(f"/admin/cx-feedback/comment-sections/delete/{section.pk}/")


def test_an_editor_who_moderates_nothing_makes_nobody_a_moderator(account, pages):
    editor = account("editor", "access_admin", "add_section", "change_section", "delete_section")
    refused = assign(editor, editor.groups.get(), pages["mine"])
    assert "You can only assign what you moderate yourself." in refused.content.decode()
    assert not Section.objects.exists()
    assert not get_scope(type(editor).objects.get(pk=editor.pk))


def test_a_moderator_assigns_their_own_sections_only(bounded, account, pages):
    others = account("others", "access_admin", "moderate_comment", sections=[pages["theirs"]])
    group = others.groups.get()
    assert assign(bounded, group, pages["theirs-page"]).status_code == 200
    assert assign(bounded, bounded.groups.get(), pages["theirs"]).status_code == 200
    theirs = Section.objects.get(group=group)
    change = f"/admin/cx-feedback/comment-sections/edit/{theirs.pk}/"
    assert assign(bounded, group, pages["mine"], change).status_code == 200
    assert delete(bounded, theirs).status_code == 302
    assert Section.objects.get(group=group).page_id == pages["theirs"].pk
    assert assign(bounded, group, pages["mine-page"]).status_code == 302
    assert Section.objects.filter(group=group).count() == 2
    assert delete(bounded, Section.objects.get(page=pages["mine-page"])).status_code == 302
    assert Section.objects.filter(group=group).count() == 1


def test_nobody_takes_the_last_section_of_a_group_that_would_moderate_everywhere(bounded, pages):
    own = Section.objects.get()
    change = f"/admin/cx-feedback/comment-sections/edit/{own.pk}/"
    readers = Group.objects.create(name="Readers")
    assert delete(bounded, own).status_code == 302
    assert assign(bounded, readers, pages["mine"], change).status_code == 200
    assert Section.objects.get().group == bounded.groups.get()


def test_nobody_bounds_who_moderates_everywhere(bounded, account, pages):
    chiefs = account("chief", "access_admin", "moderate_comment").groups.get()
    assert assign(bounded, chiefs, pages["mine"]).status_code == 200
    assert not Section.objects.filter(group=chiefs).exists()


def test_who_moderates_everywhere_assigns_everything(account, pages):
    names = ("access_admin", "moderate_comment", "add_section", "change_section", "delete_section")
    chief = account("chief", *names)
    group = Group.objects.create(name="Politics")
    assert assign(chief, group, pages["theirs"]).status_code == 302
    [made] = Section.objects.all()
    change = f"/admin/cx-feedback/comment-sections/edit/{made.pk}/"
    assert assign(chief, group, pages["mine"], change).status_code == 302
    assert delete(chief, made).status_code == 302
    assert not Section.objects.exists()


def test_a_deleted_page_makes_nobody_moderate_everywhere(bounded, pages, admin_client):
    pages["mine"].delete()
    assert not get_scope(type(bounded).objects.get(pk=bounded.pk))
    listed = admin_client.get("/admin/cx-feedback/comment-sections/").content.decode()
    assert "bounded" in listed
