"""A person who did everything: all of it is handed out, and none of it outlives the erasure."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from cx_feedback.comments.models import Comment
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery, Message, Suppression
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import FollowUpRule, MailingList, Subscription
from cx_feedback.nps.results.dashboard_figures import build_dashboard
from cx_feedback.readers.models import Reader
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.conftest import OWN
from tests.newsletter.conftest import link_in, send
from tests.pages import make_survey, make_widget
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db
EMAIL = "anabel@person.example"
NAME = "Anabel Persona"
TRACES = (EMAIL, "person.example", NAME, "Anabel", "survey-words", "nps-words", "own-words")
TRACES += ("guest-words",)


def texts_with(*words: str) -> set[tuple[str, str, str]]:
    """Return (table, column, word) wherever any table of the database holds one of ``words``."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("sqlite_", "django_migrations")):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = str(value).casefold()
                    found |= {(table, name, word) for word in words if word.casefold() in text}
    return found


@pytest.fixture
def rooms(article):
    survey, widget = make_survey(), make_widget()
    mailing_list = MailingList.objects.create(name="Friday letter")
    FollowUpRule.objects.create(
        name="Thanks",
        trigger="answered",
        mailing_list=mailing_list,
        subject="Dear {name}",
        body="<p>Thank you, {name}.</p>",
        active=True,
    )
    return survey, widget


@pytest.fixture
def person(client, admin_client, article, rooms):
    """Live through all rooms in the person's browser, with the moderator's help."""
    survey, widget = rooms

    def act(path, body, browser=client):
        body = {"page": article.pk, **body}
        how = {"content_type": "application/json", **(OWN if browser is client else {})}
        response = browser.post(f"/feedback/api/v1/{path}", body, **how)
        assert response.status_code in (201, 202), response.content
        return response.json()

    act("subscriptions/", {"email": EMAIL.title(), "name": NAME})
    [opt_in] = send()
    client.post(link_in(opt_in, "confirm"), **OWN)
    act(
        f"surveys/{survey.pk}/responses/", {"answers": {"q-choice": GOOD, "q-text": "survey-words"}}
    )
    act(f"nps/{widget.pk}/responses/", {"answers": {"score": 9, "reason": "nps-words"}})
    said = {"name": NAME, "email": EMAIL.upper(), "text": "own-words"}
    own = act("comments/", said)
    guest = act("comments/", {**said, "text": "guest-words"}, type(client)())
    decide = {"act": "approve", "ids": [own["id"], guest["id"]], "reason": f"{NAME} is nice"}
    admin_client.post(reverse("cx_comments:decide"), decide)
    client.patch("/feedback/api/v1/me/", {"visits": True}, content_type="application/json", **OWN)
    newsletter.dispatch_follow_ups()
    [letter] = send()
    assert letter.subject == f"Dear {NAME}"
    fold_responses()
    admin_client.post(reverse("cx_suppressions:add"), {"address": EMAIL, "reason": "editor"})
    return Reader.objects.get(email=EMAIL)


def test_all_that_is_known_is_handed_out(person):
    out = io.StringIO()
    call_command("cx_export_reader", EMAIL, stdout=out)
    told = json.loads(out.getvalue())
    assert told["readers"][0]["email"] == EMAIL
    assert {a["kind"] for a in told["readers"][0]["activities"]} >= {
        "response", "nps", "comment", "subscription",
    }  # fmt: skip
    assert told["readers"][0]["visit_days"]
    assert told["readers"][0]["consents"]
    assert {c["text"] for c in told["comments"]} == {"own-words", "guest-words"}
    assert [(s["email"], s["name"]) for s in told["subscriptions"]] == [(EMAIL, NAME)]
    assert len([d for d in told["deliveries"] if "subject" in d]) == 2
    assert told["suppressed_addresses"][0]["address"] == EMAIL
    whole = out.getvalue()
    assert all(word in whole for word in ("survey-words", "nps-words"))


def test_nothing_outlives_the_erasure_and_results_stay(person, rooms, article):
    survey, widget = rooms
    assert {word for _table, _column, word in texts_with(*TRACES)} == set(TRACES)
    before = get_results(survey=survey).n, build_dashboard(widget=widget).given
    out = io.StringIO()
    call_command("cx_erase_reader", EMAIL, yes=True, stdout=out)
    assert texts_with(*TRACES, person.key.hex, str(person.key)) == set()
    assert not Reader.objects.filter(pk=person.pk).exists()
    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()
    assert not Message.objects.filter(subject__contains="Dear").exists()
    assert (get_results(survey=survey).n, build_dashboard(widget=widget).given) == before
    assert before[0] == 1
    assert Response.objects.filter(reader=None, idempotency_key="").count() == 2
    assert Comment.objects.filter(state="erased", text="", html="").count() == 2
    assert not post_office.lift_suppression(address="other@example.org")
    assert Suppression.objects.get().address == ""


def test_erasing_twice_and_erasing_nobody_is_no_error(person):
    for _ in range(2):
        call_command("cx_erase_reader", EMAIL, yes=True, stdout=io.StringIO())
        assert not Subscription.objects.filter(email=EMAIL).exists()
    left = Reader.objects.count()
    call_command("cx_erase_reader", "nobody@example.org", "--no-input", stdout=io.StringIO())
    assert Reader.objects.count() == left


def test_who_was_erased_stays_without_mail_and_may_begin_anew(person, client, article):
    call_command("cx_erase_reader", EMAIL, yes=True, stdout=io.StringIO())
    assert send() == []
    body = {"page": article.pk, "name": "Somebody", "text": "Anew"}
    again = client.post("/feedback/api/v1/comments/", body, content_type="application/json", **OWN)
    assert again.status_code == 201
    assert Reader.objects.get(email=None).key != person.key
