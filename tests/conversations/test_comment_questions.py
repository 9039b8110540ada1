"""Comments that moderators pass on to the author of the page."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cx_feedback.comments import services as comments
from cx_feedback.conversations.models import Conversation
from cx_feedback.core import signals
from cx_feedback.readers.models import Reader
from tests.comments.conftest import moderator, talk  # noqa: F401
from tests.comments.conftest import write as comment_writer  # noqa: F401
from tests.conversations.conftest import send

pytestmark = pytest.mark.django_db
ADDRESS = "ana@example.org"
LABEL = "Question to the author"


@pytest.fixture
def question(comment_writer, reader):  # noqa: F811
    """A published comment of a reader with an address."""
    text = "Where is *that* from?"
    return comment_writer(text, reader=reader, email="Ana@Example.org", state="published")


@pytest.fixture
def staff(client, moderator):  # noqa: F811
    client.force_login(moderator)
    return client


def address_of(comment):
    return reverse("cx_comments:question", args=[comment.pk])


def ask(client, comment, **fields):
    comment.refresh_from_db()
    seen = f"{comment.pk}:{comments.get_seen(comment)}"
    return client.post(address_of(comment), {"seen": seen, **fields}, follow=True)


def test_a_question_is_in_the_inbox_of_the_author(staff, question, talk, editor):  # noqa: F811
    talk.owner = editor
    talk.save()
    page = staff.get(reverse("cx_comments:queue"), {"state": "published"}).content.decode()
    assert f'href="{address_of(question)}?next=' in page
    assert "Pass it on to the author" in staff.get(address_of(question)).content.decode()
    response = ask(staff, question)
    assert "The author of the page has the question." in response.content.decode()
    row = Conversation.objects.get()
    assert (row.kind, row.page_id, row.to_author) == ("comment", talk.pk, True)
    assert (row.assignee, row.reader) == (editor, question.reader)
    assert (row.email, row.verified, row.name) == (ADDRESS, False, "Ana")
    assert row.messages.get().text == "Where is *that* from?"
    assert row.subject == talk.title
    question.refresh_from_db()
    assert question.state == "published"
    assert ModelLogEntry.objects.get(action__endswith="ask_author").user.username == "mod"
    assert send() == []


def test_the_same_comment_is_passed_on_once_and_the_next_joins(
    staff,
    question,
    comment_writer,  # noqa: F811
):
    ask(staff, question)
    assert "had this question before" in ask(staff, question).content.decode()
    other = comment_writer("And when?", reader=question.reader, email=ADDRESS, state="published")
    ask(staff, other)
    assert list(Conversation.objects.get().messages.values_list("text", flat=True)) == [
        "Where is *that* from?",
        "And when?",
    ]


def test_the_own_address_of_the_reader_is_proved(staff, question, answer):
    Reader.objects.filter(pk=question.reader_id).update(email=ADDRESS)
    ask(staff, question)
    answer(Conversation.objects.get(), "From the archive.")
    [mail] = send()
    assert "From the archive." in mail.body


def test_another_address_is_asked_whose_it_is_once_there_is_an_answer(staff, question, answer):
    ask(staff, question)
    answer(Conversation.objects.get(), "From the archive.")
    [mail] = send()
    assert "From the archive." not in mail.body


@pytest.mark.parametrize("how", [{"email": ""}, {"state": "reject"}, {"reader": None}])
def test_nobody_to_answer(staff, comment_writer, reader, how):  # noqa: F811
    given = {"reader": reader, "email": ADDRESS, "state": "published", **how}
    comment = comment_writer("Where from?", **given)
    assert "Reply on the page instead" in staff.get(address_of(comment)).content.decode()
    response = ask(staff, comment)
    assert "Reply on the page instead" in response.content.decode()
    assert not Conversation.objects.exists()
    assert not ModelLogEntry.objects.filter(action__endswith="ask_author").exists()


def test_a_comment_that_changed_is_not_passed_on(staff, question):
    response = staff.post(address_of(question), {"seen": ""})
    assert response.status_code == 409
    assert not Conversation.objects.exists()


def test_without_this_room_nothing_is_offered(staff, question, monkeypatch):
    monkeypatch.setattr(signals.question_to_author, "receivers", [])
    page = staff.get(reverse("cx_comments:queue"), {"state": "published"}).content.decode()
    assert "Where is" in page
    assert LABEL not in page
    assert staff.get(address_of(question), follow=True).status_code == 404
