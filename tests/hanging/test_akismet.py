"""Akismet away or hanging: the comment waits for it, its author does not."""

import datetime
import time

import pytest
from akismet import CheckResponse
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cx_feedback.comments import services
from cx_feedback.comments.models import (
    Comment,
    ModerationEvent,
    Policy,
    Rule,
    SpamCheck,
    SpamReport,
    State,
)
from cx_feedback.comments.services import network_scorer_checks
from cx_feedback.comments.spam.scorers import akismet
from cx_feedback.comments.submission import page_rules
from cx_feedback.core.text.encryption import seal_text, unseal_text
from tests.comments.spam_models import store_accuracy

pytestmark = pytest.mark.django_db(transaction=True)


class Client:
    """Akismet as a test wants it: an answer, an error, or seconds of silence."""

    def __init__(self):
        self.answer = CheckResponse.HAM
        self.asked, self.told = [], []

    def comment_check(self, address, **said):
        self.asked.append((address, said))
        if isinstance(self.answer, float):
            time.sleep(self.answer)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def submit_spam(self, address, **said):
        return self._submit("spam", address, said)

    def submit_ham(self, address, **said):
        return self._submit("ham", address, said)

    def _submit(self, verdict, address, said):
        if isinstance(self.answer, Exception):
            raise self.answer
        self.told.append((verdict, address, said))
        return True


@pytest.fixture
def client_of_akismet(settings, monkeypatch):
    made = Client()
    monkeypatch.setattr(akismet.Akismet, "client", lambda self, key, page_id: made)
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_AKISMET_KEY": "k"}
    return made


@pytest.fixture
def post(acts, publisher, broker, mute):
    """A function that posts a comment while no task runs; returns the answer and the row."""

    def post(rule=Rule.OPEN, **more):
        Policy.objects.update(rule=rule)
        page_rules.clear_rules_cache()
        answer = acts.write(**more)
        return answer.json(), Comment.objects.latest("pk")

    broker(f"redis://127.0.0.1:{mute.port}/0")
    return post


def check(after=0):
    return services.run_due_checks(now=timezone.now() + datetime.timedelta(minutes=after))


def test_no_act_waits_for_akismet(acts, no_act_waits, publisher, broker, mute, client_of_akismet):
    with no_act_waits():
        broker(f"redis://127.0.0.1:{mute.port}/0")  # a task is queued, nobody runs it
        client_of_akismet.answer = 3.0
    client_of_akismet.answer = CheckResponse.HAM
    waiting = Comment.objects.filter(state=State.PENDING)
    written = waiting.count()
    assert written in (3, 6)  # as often as the act was measured
    assert check() == written
    assert not waiting.exists()
    assert not SpamCheck.objects.exists()


def test_who_writes_is_told_that_it_is_being_checked(post, acts, client_of_akismet):
    answer, comment = post()
    assert (answer["state"], answer["checking"]) == ("pending", True)
    assert comment.state == State.PENDING
    assert "127.0.0.1" not in SpamCheck.objects.get().sealed
    mine = acts.client.get(f"/feedback/api/v1/comments/?page={acts.page.pk}&only=mine").json()
    assert [each["checking"] for each in mine["mine"]] == [True]
    one = f"/feedback/api/v1/comments/{comment.pk}/"
    assert acts.client.get(one).json() == answer
    form = {"page": acts.page.pk, "name": "Ana", "text": "Quite another thing to say of it."}
    response = acts.client.post("/feedback/comments/post/", form)
    assert response["Location"].endswith("#cx-comment-checking")
    assert 'id="cx-comment-checking"' in acts.client.get(acts.page.url).content.decode()
    assert check() == 2
    assert "checking" not in acts.client.get(one).json()


def test_a_task_that_runs_with_the_commit_is_told_too(acts, client_of_akismet):
    answer = acts.write().json()
    assert answer["state"] == "published"
    assert "checking" not in answer


def test_good_ones_get_what_the_rule_says(post, client_of_akismet):
    _answer, comment = post()
    assert check() == 1
    comment.refresh_from_db()
    assert comment.state == State.PUBLISHED
    assert comment.published_at
    assert comment.thread.published == 2
    assert client_of_akismet.asked[-1][0] == "127.0.0.1"
    assert ModerationEvent.objects.get(comment=comment).action == "admit"
    assert check() == 0
    _answer, held = post(rule=Rule.ALL)
    assert check() == 1
    held.refresh_from_db()
    assert held.state == State.PENDING
    assert not SpamCheck.objects.exists()


def test_an_address_is_asked_for_its_proof_after_the_check(post, client_of_akismet):
    _answer, comment = post(rule=Rule.FIRST, email="ana@example.org")
    assert not mail.outbox
    check()
    comment.refresh_from_db()
    assert comment.state == State.AWAITING


def test_spam_is_put_aside_and_doubtful_ones_wait(post, client_of_akismet):
    store_accuracy(honest=1500)  # from here on the promise is proved
    client_of_akismet.answer = CheckResponse.DISCARD
    _answer, spam = post()
    check()
    spam.refresh_from_db()
    assert (spam.state, spam.spam_score) == (State.SPAM, 8)
    assert spam.spam_findings[-1]["scorer"] == "akismet"
    client_of_akismet.answer = CheckResponse.SPAM
    _answer, doubtful = post()
    check()
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.spam_score) == (State.PENDING, 4)


def test_without_an_answer_it_is_tried_again_and_then_left_to_a_moderator(post, client_of_akismet):
    client_of_akismet.answer = OSError("away")
    _answer, comment = post()
    assert check() == 0
    assert check() == 0
    assert len(client_of_akismet.asked) == 1  # not before its time
    for minutes in (2, 5, 10, 20, 40):
        assert check(after=minutes) == 0
    comment.refresh_from_db()
    assert len(client_of_akismet.asked) == network_scorer_checks.MAX_ATTEMPTS
    assert not SpamCheck.objects.exists()
    assert comment.state == State.PENDING
    assert comment.spam_findings[-1]["detail"] == {"unanswered": True}
    assert str(akismet.Akismet().describe(comment.spam_findings[-1]["detail"])) == (
        "Akismet did not answer."
    )
    assert services.approve_comments(ids=[comment.pk]).changed


def test_one_that_hangs_is_not_waited_for_long(post, client_of_akismet, monkeypatch):
    monkeypatch.setattr(akismet, "TIMEOUT", 0.1)
    client_of_akismet.answer = 20.0
    post()
    post()
    begun = time.perf_counter()
    assert check() == 0
    assert time.perf_counter() - begun < 10
    assert len(client_of_akismet.asked) == 1  # the second would wait for the same
    monkeypatch.setattr(akismet, "TIMEOUT", 5.0)
    client_of_akismet.answer = CheckResponse.HAM
    assert check(after=2) == 2


def test_a_moderator_who_is_quicker_decides(post, client_of_akismet):
    client_of_akismet.answer = CheckResponse.DISCARD
    _answer, comment = post()
    services.approve_comments(ids=[comment.pk])
    assert check() == 0
    comment.refresh_from_db()
    assert comment.state == State.PUBLISHED
    assert not SpamCheck.objects.exists()


def report(after=6):
    return services.send_due_reports(now=timezone.now() + datetime.timedelta(minutes=after))


def told(client):
    return [(verdict, said["comment_content"]) for verdict, _address, said in client.told]


@pytest.mark.parametrize(
    ("answer", "act", "verdict"),
    [
        (CheckResponse.HAM, services.mark_spam, "spam"),
        (CheckResponse.DISCARD, services.approve_comments, "ham"),
        (CheckResponse.HAM, services.hide_comments, None),
        (CheckResponse.HAM, services.reject_comments, None),
    ],
)
def test_it_is_told_where_a_moderator_decided_otherwise(
    post, client_of_akismet, answer, act, verdict
):
    client_of_akismet.answer = answer
    _answer, comment = post()
    check()
    act(ids=[comment.pk])
    assert report(after=1) == 0  # it may be taken back
    assert report() == bool(verdict)
    assert report(after=9) == 0
    if verdict:
        assert told(client_of_akismet) == [(verdict, comment.text)]
        [(_verdict, address, said)] = client_of_akismet.told
        assert (address, said) == client_of_akismet.asked[-1]  # else Akismet cannot match it
    else:
        assert client_of_akismet.told == []


def test_what_it_knows_and_what_is_taken_back_is_not_told(post, client_of_akismet):
    client_of_akismet.answer = CheckResponse.SPAM
    _answer, comment = post()
    check()
    services.mark_spam(ids=[comment.pk])
    assert report() == 0
    batch = services.approve_comments(ids=[comment.pk]).batch
    services.undo_decision(batch=batch)
    assert report(after=20) == 0
    assert client_of_akismet.told == []
    services.approve_comments(ids=[comment.pk])
    assert report() == 1
    services.mark_spam(ids=[comment.pk])
    assert report() == 1
    assert [verdict for verdict, _text in told(client_of_akismet)] == ["ham", "spam"]


def test_a_decision_before_the_answer_takes_its_place(post, client_of_akismet):
    _answer, comment = post()
    services.mark_spam(ids=[comment.pk])
    assert check() == 0
    assert client_of_akismet.asked == []
    assert report() == 1
    assert told(client_of_akismet) == [("spam", comment.text)]


def test_a_report_is_tried_again_and_given_up(post, client_of_akismet):
    _answer, comment = post()
    check()
    services.mark_spam(ids=[comment.pk])
    client_of_akismet.answer = OSError("away")
    assert report() == 0
    assert report() == 0
    assert SpamReport.objects.get().attempts == 1
    for minutes in (10, 20, 40, 80, 160):
        report(after=minutes)
    assert SpamReport.objects.get().due_at is None
    client_of_akismet.answer = CheckResponse.HAM
    assert report(after=1000) == 0


def test_the_address_goes_with_the_time_and_with_the_person(post, client_of_akismet):
    _answer, comment = post()
    check()
    assert "127.0.0.1" not in SpamReport.objects.get().sealed
    now = timezone.now()
    assert services.delete_old_reports(now=now + datetime.timedelta(days=29)) == 0
    assert services.delete_old_reports(now=now + datetime.timedelta(days=31)) == 1
    services.mark_spam(ids=[comment.pk])
    assert report() == 0
    post()
    check()
    services.erase_comments(reader_ids=list(Comment.objects.values_list("reader_id", flat=True)))
    assert not SpamReport.objects.exists()


def test_without_a_key_a_decision_costs_no_query(acts):
    with CaptureQueriesContext(connection) as captured:
        services.mark_spam(ids=[acts.comment.pk])
    assert not [query for query in captured if "spamcheck" in query["sql"].lower()]
    assert not [query for query in captured if "spamreport" in query["sql"].lower()]


def test_what_is_sealed_is_read_by_this_site_only(settings):
    sealed = seal_text(
        "192.0.2.7 and a browser of many words that is longer than one hash of a stream"
    )
    assert "192.0.2.7" not in sealed
    assert unseal_text(sealed).startswith("192.0.2.7 and")
    assert seal_text("a") != seal_text("a")
    assert unseal_text("x" + sealed) == ""
    settings.SECRET_KEY = "another"
    assert unseal_text(sealed) == ""
