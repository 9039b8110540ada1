"""Letters to the author of a page: to whom they are assigned, what the inbox shows."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from cx_feedback.conversations.models import Conversation, ConversationSection
from cx_feedback.conversations.services.letters import Letter, store_letter
from tests.conftest import consenting

pytestmark = pytest.mark.django_db
TAG = "To the author"


@pytest.fixture
def own(article):
    """A function that makes an account the owner of the article."""

    def own(user):
        article.owner = user
        article.save()
        return user

    return own


def write_to_author(article, reader):
    letter = Letter(
        text="Where is the source?", name="Ana", email="ana@example.org", to="author",
        page_id=article.pk,
    )  # fmt: skip
    return store_letter(letter=letter, reader=reader).conversation


def test_a_letter_to_the_author_is_assigned_to_the_owner_of_the_page(
    article, reader, editor, own, make_editor
):
    make_editor("other")
    own(editor)
    conversation = write_to_author(article, reader)
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.to_author) == (editor, True)
    assert conversation.state == Conversation.State.NEW


def test_the_next_letter_leaves_the_assignee(article, reader, editor, own, make_editor):
    own(editor)
    conversation = write_to_author(article, reader)
    other = make_editor("other")
    Conversation.objects.update(assignee=other)
    assert write_to_author(article, reader).pk == conversation.pk
    assert Conversation.objects.get().assignee == other


def test_a_letter_to_the_editors_is_nobody_s(write, article, editor, own):
    own(editor)
    conversation = write(page_id=article.pk)
    assert (conversation.assignee, conversation.to_author) == (None, False)


def test_an_author_who_may_not_answer_has_no_letter(article, reader, make_editor, own):
    own(make_editor("writer", ["access_admin"]))
    assert write_to_author(article, reader).assignee is None
    gone = own(make_editor("gone"))
    gone.is_active = False
    gone.save()
    assert write_to_author(article, consenting()).assignee is None
    own(None)
    assert write_to_author(article, consenting()).assignee is None


def test_an_author_of_a_section_has_the_letters_about_pages_in_it(
    article, home, reader, make_editor, own
):
    group = Group.objects.create(name="Section")
    group.permissions.set(Permission.objects.filter(codename="answer_conversation"))
    section = ConversationSection.objects.create(group=group, page=article)
    author = own(make_editor("author", ["access_admin"], [group]))
    assert write_to_author(article, reader).assignee == author
    elsewhere = home.add_child(instance=type(article)(title="Elsewhere", slug="elsewhere"))
    ConversationSection.objects.filter(pk=section.pk).update(page=elsewhere)
    assert write_to_author(article, consenting()).assignee is None


def test_the_inbox_says_that_it_is_to_the_author(client, write, article, reader, editor):
    client.force_login(editor)
    write()
    inbox = reverse("cx_conversations:inbox")
    assert TAG not in client.get(inbox).content.decode()
    conversation = write_to_author(article, reader)
    assert TAG in client.get(inbox).content.decode()
    shown = client.get(reverse("cx_conversations:conversation", args=[conversation.pk]))
    assert "The author of the page" in shown.content.decode()
