"""Answers to comments: on the page, by mail, or both."""

import pytest
from django.urls import reverse

from cx_feedback.comments import services as comments
from cx_feedback.comments.models import Comment, Follow, Thread
from cx_feedback.comments.services import erasure, own_comments
from cx_feedback.comments.services.author_questions import ask_author
from cx_feedback.comments.services.follower_notifications import notify_followers
from cx_feedback.comments.submission.author import Actor
from cx_feedback.conversations.models import Conversation, ConversationMessage, PromiseClock
from cx_feedback.conversations.services.answer_delivery import send_waiting_answers
from cx_feedback.core import signals
from cx_feedback.readers.models import Reader
from tests.comments.conftest import talk  # noqa: F401
from tests.comments.conftest import write as comment_writer  # noqa: F401
from tests.conversations.conftest import send

pytestmark = pytest.mark.django_db
ADDRESS = "ana@example.org"
ANSWER = "From the archive."


@pytest.fixture
def ask(comment_writer, reader):  # noqa: F811
    """A function that passes a comment on to the author and returns it."""

    def ask(text="Where is that from?", state="published"):
        comment = comment_writer(text, reader=reader, email=ADDRESS, state=state)
        seen = comments.get_seen(comment)
        ask_author(comment_id=comment.pk, moderator=None, seen=seen)
        return comment

    return ask


@pytest.fixture
def question(ask):
    return ask()


@pytest.fixture
def editor(make_editor):
    user = make_editor("mo", ("access_admin", "answer_conversation", "moderate_comment"))
    user.first_name = "Mo"
    user.save()
    return user


@pytest.fixture
def staff(client, editor):
    client.force_login(editor)
    return client


def post(client, asked, channel, text=ANSWER, **fields):
    row = Conversation.objects.get()
    url = reverse("cx_conversations:conversation", args=[row.pk])
    seen = f"{asked.pk}:{comments.get_seen(Comment.objects.get(pk=asked.pk))}"
    given = {
        "do": "answer", "text": text, "seen": row.version, "channel": channel, "comment": seen,
    }  # fmt: skip
    return client.post(url, {**given, **fields}, follow=True)


def prove(reader):
    Reader.objects.filter(pk=reader.pk).update(email=ADDRESS)
    Conversation.objects.update(verified=True)


def follow(comment):
    now = comment.created_at
    Follow.objects.create(
        thread=comment.thread, comment=comment, email=ADDRESS, asked_at=now, confirmed_at=now
    )


def get_reply(question):
    return Comment.objects.get(parent=question)


def test_on_the_page_alone(staff, question, editor, reader):
    prove(reader)
    page = post(staff, question, "page").content.decode()
    assert "The answer is on the page." in page
    reply = get_reply(question)
    assert (reply.by_staff, reply.user, reply.author_name) == (True, editor, "Mo")
    assert (reply.text, reply.state) == (ANSWER, "published")
    row, message = Conversation.objects.get(), ConversationMessage.objects.get(direction="out")
    assert (row.state, row.assignee) == ("waiting", editor)
    assert (message.comment_id, message.by_mail, message.author) == (reply.pk, False, editor)
    assert row.first_answer_at is not None
    assert not PromiseClock.objects.filter(goal="first", done_at=None).exists()
    assert send_waiting_answers(row) == 0
    assert send() == []
    assert f"/comments/{reply.pk}/" in page
    assert "Not mailed" not in page


def test_both_is_one_mail_though_the_reader_follows(staff, question, reader):
    prove(reader)
    follow(question)
    assert "on the page, and on its way" in post(staff, question, "both").content.decode()
    assert get_reply(question).text == ANSWER
    notify_followers()
    [mail] = send()
    assert ANSWER in mail.body
    assert "/feedback/conversations/" in mail.body


def test_who_follows_is_told_of_an_answer_on_the_page_alone(staff, question, reader):
    prove(reader)
    follow(question)
    post(staff, question, "page")
    notify_followers()
    [mail] = send()
    assert ANSWER in mail.body
    assert "/feedback/conversations/" not in mail.body


def test_other_followers_are_told_of_both(staff, question, reader):
    prove(reader)
    now = question.created_at
    Follow.objects.create(
        thread=question.thread, email="eva@example.org", asked_at=now, confirmed_at=now
    )
    notify_followers()  # of the question
    send()
    post(staff, question, "both")
    notify_followers()
    assert sorted(mail.to[0] for mail in send()) == [ADDRESS, "eva@example.org"]


def test_by_mail_alone_publishes_nothing(staff, question, reader):
    prove(reader)
    post(staff, question, "mail")
    assert not Comment.objects.filter(parent=question).exists()
    assert len(send()) == 1


def test_a_second_press_publishes_nothing_twice(staff, question):
    version = Conversation.objects.get().version
    post(staff, question, "both")
    response = post(staff, question, "both", seen=version)
    assert response.status_code == 409
    assert ANSWER in response.content.decode()
    assert Comment.objects.filter(parent=question).count() == 1


def hide(question):
    comments.hide_comments(ids=[question.pk])


def close(question):
    Thread.objects.update(closed=True)


def erase(question):
    erasure.erase_texts([question])


def delete(question):
    question.delete()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (hide, "not on the page"),
        (close, "comments on this page are closed"),
        (erase, "no longer exists"),
        (delete, "no longer exists"),
    ],
)
def test_what_cannot_be_answered_on_the_page_keeps_the_text(staff, question, change, words):
    seen = f"{question.pk}:{comments.get_seen(question)}"
    change(question)
    row = Conversation.objects.get()
    url = reverse("cx_conversations:conversation", args=[row.pk])
    fields = {"do": "answer", "text": ANSWER, "seen": row.version, "channel": "both"}
    response = staff.post(url, {**fields, "comment": seen})
    body = response.content.decode()
    assert response.status_code == 400
    assert words in body
    assert f">{ANSWER}</textarea>" in body
    assert not ConversationMessage.objects.filter(direction="out").exists()
    assert send() == []


def test_a_comment_that_was_edited_is_read_again_first(staff, question):
    seen = f"{question.pk}:{comments.get_seen(question)}"
    actor = Actor(reader=question.reader)
    own_comments.edit_comment(
        comment_id=question.pk, actor=actor, text="Who wrote that?", minutes=60
    )
    response = post(staff, question, "page", comment=seen)
    body = response.content.decode()
    assert response.status_code == 409
    assert "has changed since you opened it" in body
    assert f">{ANSWER}</textarea>" in body
    assert not Comment.objects.filter(parent=question).exists()


def test_a_waiting_comment_is_published_with_its_answer(staff, ask):
    question = ask(state="")
    assert question.state == "pending"
    post(staff, question, "page")
    question.refresh_from_db()
    assert question.state == "published"
    assert get_reply(question).text == ANSWER


def test_the_author_of_the_page_replies_to_what_is_published(client, ask, make_editor, talk):  # noqa: F811
    question = ask()
    author = make_editor("rosa")
    talk.owner = author
    talk.save()
    client.force_login(author)
    page = post(client, question, "page", name="Rosa").content.decode()
    assert "The answer is on the page." in page
    assert get_reply(question).author_name == "Rosa"
    assert "In the queue of comments" not in page


def test_another_editor_does_not_publish(client, question, make_editor):
    client.force_login(make_editor())
    assert "You don&#x27;t moderate" in post(client, question, "page").content.decode()
    assert not Comment.objects.filter(parent=question).exists()


def test_the_author_does_not_publish_what_waits(client, ask, make_editor, talk):  # noqa: F811
    question = ask(state="")
    talk.owner = make_editor("rosa")
    talk.save()
    client.force_login(talk.owner)
    assert "waits for a moderator" in post(client, question, "page").content.decode()
    question.refresh_from_db()
    assert question.state == "pending"


def test_only_a_comment_of_the_conversation_is_answered(staff, question, comment_writer):  # noqa: F811
    other = comment_writer("Another", state="published")
    response = post(staff, other, "page")
    assert response.status_code == 400
    assert not Comment.objects.filter(parent=other).exists()


def test_the_newest_of_several_is_offered_first(staff, ask):
    first, second = ask("Where from?"), ask("And when?")
    row = Conversation.objects.get()
    page = staff.get(reverse("cx_conversations:conversation", args=[row.pk])).content.decode()
    assert page.index(f'value="{second.pk}:') < page.index(f'value="{first.pk}:')
    post(staff, first, "page")
    assert get_reply(first).text == ANSWER


def test_an_account_without_a_name_is_asked_for_one(staff, question, editor):
    editor.first_name = ""
    editor.save()
    response = post(staff, question, "page")
    assert response.status_code == 400
    assert "Enter your name" in response.content.decode()
    assert not Comment.objects.filter(parent=question).exists()


def test_the_conversation_leads_to_the_comment(staff, question):
    row = Conversation.objects.get()
    page = staff.get(reverse("cx_conversations:conversation", args=[row.pk])).content.decode()
    assert f"/comments/{question.pk}/" in page
    assert reverse("cx_comments:comment", args=[question.pk]) in page


def test_without_comments_the_answer_goes_by_mail(staff, question, monkeypatch):
    for signal in (signals.comments_described, signals.answer_to_comment):
        monkeypatch.setattr(signal, "receivers", [])
        signal.sender_receivers_cache.clear()
    row = Conversation.objects.get()
    page = staff.get(reverse("cx_conversations:conversation", args=[row.pk])).content.decode()
    assert 'name="channel"' not in page
    assert post(staff, question, "page").status_code == 400
    assert post(staff, question, "mail").status_code == 200


def take_back(question):
    actor = Actor(reader=question.reader)
    own_comments.delete_comment(comment_id=question.pk, actor=actor, minutes=60)


def delete_page(question):
    question.thread.page.delete()


@pytest.mark.parametrize("remove", [erase, delete, take_back, delete_page])
def test_the_copy_goes_with_the_comment(staff, ask, question, remove):
    other = ask("And when?")
    post(staff, question, "mail")
    version = Conversation.objects.get().version
    remove(Comment.objects.get(pk=question.pk))
    row = Conversation.objects.get()
    texts = list(row.messages.values_list("text", flat=True))
    assert texts == ["", "" if remove is delete_page else other.text, ANSWER]
    assert "where is that from" not in row.search_text
    assert "archive" in row.search_text
    assert row.version > version
    page = staff.get(reverse("cx_conversations:conversation", args=[row.pk])).content.decode()
    assert "The comment was deleted." in page
    assert "Where is that from?" not in page


def test_a_reply_that_is_gone_leaves_the_answer(staff, question):
    post(staff, question, "page")
    get_reply(question).delete()
    row = Conversation.objects.get()
    assert row.messages.get(direction="out").text == ANSWER
    page = staff.get(reverse("cx_conversations:conversation", args=[row.pk])).content.decode()
    assert "The reply on the page is gone." in page
