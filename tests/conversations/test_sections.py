"""Sections of editors: nobody hands out or takes what they do not have."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from cx_feedback.conversations.models import ConversationSection
from cx_feedback.conversations.permissions import get_scope
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
CODENAMES = (
    "access_admin",
    "add_conversationsection",
    "change_conversationsection",
    "delete_conversationsection",
)


@pytest.fixture
def pages(home):
    """Two sections of the site."""
    return {
        name: home.add_child(instance=ArticlePage(title=name, slug=name))
        for name in ("mine", "theirs")
    }


@pytest.fixture
def bounded(make_editor, pages):
    """An account that answers in one section and edits sections."""
    group = Group.objects.create(name="Own")
    group.permissions.set(Permission.objects.filter(codename="answer_conversation"))
    ConversationSection.objects.create(group=group, page=pages["mine"])
    return make_editor("bea", CODENAMES, [group])


def assign(user, group, page, section=None):
    client = Client()
    client.force_login(user)
    name = "add" if section is None else "edit"
    url = reverse(f"cx_conversation_sections:{name}", args=[section.pk] if section else [])
    return client.post(url, {"group": group.pk, "page": page.pk})


def delete(user, section):
    client = Client()
    client.force_login(user)
    client.post(reverse("cx_conversation_sections:delete", args=[section.pk]))
    return not ConversationSection.objects.filter(pk=section.pk).exists()


def test_who_answers_nothing_makes_nobody_answer(make_editor, pages):
    group = Group.objects.create(name="Staff")
    user = make_editor("eva", CODENAMES, [group])
    refused = assign(user, group, pages["mine"])
    assert "You can only assign what you answer yourself." in refused.content.decode()
    assert not get_scope(type(user).objects.get(pk=user.pk))


def test_an_editor_assigns_their_own_sections_only(bounded, pages):
    group = Group.objects.create(name="Others")
    theirs = ConversationSection.objects.create(group=group, page=pages["theirs"])
    assert assign(bounded, group, pages["theirs"]).status_code == 200
    assert assign(bounded, group, pages["mine"], theirs).status_code == 200
    assert not delete(bounded, theirs)
    assert assign(bounded, group, pages["mine"]).status_code == 302
    assert delete(bounded, ConversationSection.objects.get(group=group, page=pages["mine"]))


def test_nobody_takes_the_last_section_of_a_group_that_would_answer_everywhere(bounded, pages):
    own = ConversationSection.objects.get()
    readers = Group.objects.create(name="Readers")
    assert not delete(bounded, own)
    assert assign(bounded, readers, pages["mine"], own).status_code == 200
    assert ConversationSection.objects.get().group == bounded.groups.get()


def test_nobody_bounds_who_answers_everywhere(bounded, pages):
    chiefs = Group.objects.create(name="Chiefs")
    chiefs.permissions.set(Permission.objects.filter(codename="answer_conversation"))
    assert assign(bounded, chiefs, pages["mine"]).status_code == 200
    assert not ConversationSection.objects.filter(group=chiefs).exists()


def test_who_answers_everywhere_assigns_everything(make_editor, pages):
    chief = make_editor("cleo", (*CODENAMES, "answer_conversation"))
    group = Group.objects.create(name="Politics")
    assert assign(chief, group, pages["theirs"]).status_code == 302
    [made] = ConversationSection.objects.all()
    assert assign(chief, group, pages["mine"], made).status_code == 302
    assert delete(chief, made)
