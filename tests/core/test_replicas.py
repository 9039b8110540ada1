"""A site that sends reads to a replica which is empty: every act reads what was written."""

import json
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connections, router
from django.test import override_settings

from cx_feedback.comments import services as comments
from cx_feedback.comments import tasks as comment_tasks
from cx_feedback.comments.models import Comment, Flag, Follow, Vote
from cx_feedback.core.database import replicas
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter import tasks as newsletter_tasks
from cx_feedback.newsletter.models import FollowUpRule, MailingList, Subscription
from cx_feedback.readers.models import Reader
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys import tasks as survey_tasks
from cx_feedback.surveys.models import Response, Survey, Tally
from tests.conftest import OWN
from tests.pages import make_survey, make_widget, publish
from tests.surveys.conftest import GOOD

#: Real transactions: within one all reads come from its database anyway.
pytestmark = pytest.mark.django_db(transaction=True)
API = "/feedback/api/v1/"


class ToReplica:
    """Sends every read to a database without tables, as one that is behind at its worst."""

    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, one, other, **hints):
        return True


@pytest.fixture
def behind(article):
    """The reads of this site go to an empty replica; the article has all blocks."""
    survey, widget = make_survey(), make_widget()
    MailingList.objects.create(name="Weekly")
    publish(article, ("comments", {"heading": "", "order": "newest"}))
    connections.databases["replica"] = {
        **connections.databases["default"], "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:", "ATOMIC_REQUESTS": False, "OPTIONS": {},
    }  # fmt: skip
    with override_settings(DATABASE_ROUTERS=[f"{__name__}.ToReplica"]):
        replicas.install_router()
        yield article, survey, widget
    connections["replica"].close()
    del connections.databases["replica"]


def written(model):
    return model.objects.using("default")


def taken():
    """Return the one mail that went out, and forget it; with the commit, or by the command."""
    call_command("cx_send_due", verbosity=0)
    [message] = mail.outbox
    mail.outbox.clear()
    return message


def send(client, path, method="post", **data):
    call = getattr(client, method)
    answer = call(f"{API}{path}", json.dumps(data), content_type="application/json", **OWN)
    assert answer.status_code < 300, answer.content
    return answer.json() if answer.content else None


def test_a_read_outside_of_an_act_goes_to_the_replica(behind):
    assert router.db_for_read(Survey) == "replica"
    assert router.db_for_read(type(behind[0])) == "replica"
    with replicas.read_from_primary():
        assert router.db_for_read(Survey) == "default"
        assert router.db_for_read(type(behind[0])) == "default"
    assert router.db_for_read(Survey) == "replica"
    Reader.objects.create()
    assert router.db_for_read(Survey) == "default"
    replicas._reset_state()
    assert router.db_for_read(Survey) == "replica"


def test_answering_over_rest_and_by_form(behind, client):
    page, survey, widget = behind
    key = {**OWN, "HTTP_IDEMPOTENCY_KEY": "one-answer"}
    for _ in range(2):
        answer = client.post(
            f"{API}surveys/{survey.pk}/responses/",
            json.dumps({"page": page.pk, "answers": {"q-choice": GOOD}}),
            content_type="application/json",
            **key,
        )
        assert answer.status_code < 300, answer.content
    form = {"page": page.pk, "answers.q-choice": GOOD, "answers.q-text": "More"}
    assert client.post(f"/feedback/surveys/{survey.pk}/", form, **OWN).status_code == 303
    send(client, f"nps/{widget.pk}/responses/", page=page.pk, answers={"score": 9})
    assert written(Response).count() == 3
    survey_tasks.fold_responses.apply(throw=True)
    assert written(Tally).exists()


def test_answering_by_services(behind):
    page, survey, _widget = behind
    surveys.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD}, page_id=page.pk)
    surveys.publish_survey(survey=Survey.objects.using("default").get(pk=survey.pk))
    assert written(Response).count() == 1


def test_a_thread(behind, client):
    page = behind[0]
    made = send(client, "comments/", page=page.pk, name="Ana", text="Hello", email="a@example.org")
    comments.approve_comments(ids=[made["id"]])
    other = type(client)()
    send(other, f"comments/{made['id']}/votes/", value=1)
    send(other, f"comments/{made['id']}/flags/", reason="spam")
    send(other, "comments/follows/", page=page.pk, email="eva@example.org")
    assert written(Vote).count() == written(Flag).count() == 1
    message = taken()
    link = re.search(r"https?://[^/]+(/feedback/comments/follow/confirm/[^\s<>]+)", message.body)[1]
    replicas._reset_state()
    assert other.post(link, **OWN).status_code < 400
    assert written(Follow).get().confirmed_at
    reply = send(client, "comments/", page=page.pk, name="Zoe", text="Yes", parent=made["id"])
    comments.approve_comments(ids=[reply["id"]])
    comment_tasks.notify_followers.apply(throw=True)
    assert taken().to == ["eva@example.org"]


def test_a_decision(behind, client):
    comment = send(client, "comments/", page=behind[0].pk, name="Ana", text="Hello")
    replicas._reset_state()
    comments.reject_comments(ids=[comment["id"]], reason="Dull")
    replicas._reset_state()
    comments.decide_on_comments("approve", ids=[comment["id"]])
    assert written(Comment).get().state == "published"


def test_the_way_of_a_subscription(behind, client):
    page = behind[0]
    FollowUpRule.objects.create(
        name="Thanks", trigger="subscribed", active=True, subject="Hi", body="<p>Hi</p>",
        mailing_list=written(MailingList).get(),
    )  # fmt: skip
    replicas._reset_state()
    send(client, "subscriptions/", email="ana@example.org", page=page.pk)
    message = taken()
    link = re.search(r"http://[^/]+(/feedback/newsletter/confirm/[^\s>]+)", message.body)[1]
    replicas._reset_state()
    assert client.post(link, **OWN).status_code < 400
    row = written(Subscription).get()
    assert row.state == "confirmed"
    newsletter_tasks.find_missed_activities.apply(throw=True)
    newsletter_tasks.dispatch_follow_ups.apply(throw=True)
    message = taken()
    link = re.search(r"http://[^/]+(/feedback/newsletter/unsubscribe/[^\s>?]+)", message.body)[1]
    replicas._reset_state()
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code < 400
    assert written(Subscription).get().state == "unsubscribed"
    newsletter.subscribe(email="ana@example.org")
