"""Two editors who answer at the same moment: the reader gets one answer, and no text is lost."""

import pytest
from django.test import Client
from django.utils.html import escape

from cx_feedback.conversations.models import ConversationMessage
from cx_feedback.mail.models import Delivery
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE
ROUNDS = 5
TEXTS = {"ada": "It is mended, says Ada", "bob": "Please try again, says Bob"}


def post_answer(user, conversation, text):
    """Return a job in which an editor sends the form as it was when both opened it."""
    client = Client()
    client.force_login(user)
    path = f"/admin/cx-feedback/conversations/{conversation.pk}/"
    given = {"do": "answer", "text": text, "seen": conversation.version}

    def job():
        response = client.post(path, given)
        return user.username, response.status_code, response.content.decode()

    return job


@pytest.mark.parametrize("number", range(ROUNDS))
def test_the_second_sees_the_first_before_anything_is_sent(make_editor, write, proved, number):
    conversation = write(by=proved)
    people = [make_editor(name) for name in TEXTS]
    jobs = [post_answer(user, conversation, TEXTS[user.username]) for user in people]
    done = {name: (status, html) for name, status, html in in_threads(*jobs)}
    [winner] = [name for name, (status, _html) in done.items() if status == 302]
    [loser] = [name for name in TEXTS if name != winner]
    status, html = done[loser]
    assert status == 409
    assert "This conversation has changed since you opened it" in html
    assert TEXTS[winner] in html
    assert escape(TEXTS[loser]) in html.partition('id="cx-answer"')[2].partition("</textarea>")[0]
    answer = ConversationMessage.objects.get(direction="out")
    assert (answer.text, answer.author.username) == (TEXTS[winner], winner)
    [mail] = Delivery.objects.filter(mailing__startswith="conversation:")
    assert mail.mailing == f"conversation:{answer.pk}"
    conversation.refresh_from_db()
    assert (conversation.version, conversation.assignee.username) == (2, winner)


def test_the_second_may_send_after_reading(make_editor, write, proved):
    """Whoever has seen the first answer adds to it on purpose: the version is the new one."""
    conversation = write(by=proved)
    people = [make_editor(name) for name in TEXTS]
    in_threads(*[post_answer(user, conversation, TEXTS[user.username]) for user in people])
    conversation.refresh_from_db()
    loser = next(user for user in people if user != conversation.assignee)
    _name, status, _html = post_answer(loser, conversation, TEXTS[loser.username])()
    assert status == 302
    assert ConversationMessage.objects.filter(direction="out").count() == 2
