"""What an address leads to, what is no one else's business, and where words may stand at all."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cx_feedback.comments.models import Ban, Comment, Flag, Follow
from cx_feedback.comments.services import follower_notifications, following
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery, MailReport, Message
from cx_feedback.nps.models import NPSWidget
from cx_feedback.readers import services
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy import person_requests
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Survey
from tests.comments.conftest import talk, write  # noqa: F401
from tests.comments.seen import seen
from tests.conftest import OWN
from tests.newsletter.conftest import send
from tests.surveys.conftest import GOOD, stream
from tests.test_person import texts_with

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"
EMAIL, NAME = "marker@person.example", "Marker Persona"
WORDS = (EMAIL, "marker", "canary")


@pytest.fixture
def asking(db):
    """A survey that asks for an address."""
    email = {"type": "email", "id": "q-email", "value": {"label": "Where?", "required": False}}
    return surveys.publish_survey(
        survey=Survey(title="With an address", questions=stream(email), open_by_address=True)
    )


@pytest.fixture
def widget(db):
    return surveys.publish_survey(
        survey=NPSWidget(title="Would you recommend us?", open_by_address=True)
    )


def post(client, path, page, **body):
    body = {"page": page.pk, **body}
    response = client.post(API + path, body, content_type="application/json", **OWN)
    assert response.status_code in (200, 201, 202, 204), response.content
    return response.json() if response.content else None


def test_words_go_from_letters_to_followers_with_the_comment(client, talk, write):  # noqa: F811
    Follow.objects.create(
        thread=write("First", state="published").thread,
        email="fan@example.org",
        confirmed_at=timezone.now(),
    )
    write("canary words", name=NAME, email=EMAIL, state="published")
    write("Others’ words", name="Bo", state="published")
    follower_notifications.notify_followers()
    assert "canary" in "".join(m.body for m in send())
    assert texts_with("canary")
    services.erase_person(email=EMAIL)
    assert texts_with(*WORDS) == set()
    fan = Delivery.objects.filter(address="fan@example.org")
    assert fan.count() == 3  # the followers' own: that they got a mail
    assert Message.objects.filter(text__contains="Others’ words").exists()
    write("canary words", name=NAME, email=EMAIL, state="published")  # said anew is told anew
    follower_notifications.notify_followers()
    assert any("canary" in m.body for m in send())


def test_a_letter_that_waits_is_cancelled(talk, write):  # noqa: F811
    thread = write("First", state="published").thread
    Follow.objects.create(thread=thread, email="fan@example.org", confirmed_at=timezone.now())
    comment = write("canary words", email=EMAIL, state="published")
    follower_notifications.notify_followers()
    services.erase_person(email=EMAIL)
    states = Delivery.objects.filter(mailing=f"follow:{comment.pk}").values_list("state", flat=True)
    assert set(states) == {"cancelled"}


def test_who_takes_a_comment_back_takes_it_from_letters_too(client, talk, write):  # noqa: F811
    thread = write("First", state="published").thread
    Follow.objects.create(thread=thread, email="fan@example.org", confirmed_at=timezone.now())
    mine = post(client, "comments/", talk, name=NAME, text="canary words")
    Comment.objects.filter(pk=mine["id"]).update(state="published", published_at=timezone.now())
    follower_notifications.notify_followers()
    assert texts_with("canary")
    assert client.delete(f"{API}comments/{mine['id']}/", **OWN).status_code in (200, 204)
    assert {t for t, _c, _w in texts_with("canary")} == set()


def test_an_address_given_as_an_answer_is_found_with_that_answer(client, article, asking):
    answers = {"q-choice": GOOD, "q-text": "canary answer", "q-email": EMAIL.title()}
    post(client, f"surveys/{asking.pk}/responses/", article, answers=answers)
    other = {**answers, "q-text": "Other words", "q-email": "eve@example.org"}
    post(type(client)(), f"surveys/{asking.pk}/responses/", article, answers=other)
    (told,) = person_requests.export_person(email=EMAIL)["responses"]
    assert "canary answer" in {row["answer"] for row in told["answers"]}
    services.erase_person(email=EMAIL)
    assert texts_with(*WORDS) == set()
    first, second = Response.objects.order_by("pk")
    assert (first.answers["q-choice"], first.reader) == (GOOD, None)
    assert second.answers["q-text"] == "Other words"
    assert Reader.objects.count() == 1


def test_an_older_version_s_question_for_an_address_is_found_too(client, article, asking):
    answers = {"q-choice": GOOD, "q-email": EMAIL}
    post(client, f"surveys/{asking.pk}/responses/", article, answers=answers)
    Response.objects.update(reader=None)
    asking.questions = asking.questions.stream_block.to_python(stream())
    surveys.publish_survey(survey=asking)
    services.erase_person(email=EMAIL)
    assert texts_with(*WORDS) == set()


class TestAnUnprovedAddress:
    """Whoever typed it may be somebody else."""

    @pytest.fixture
    def browser(self, client, write, article, widget):  # noqa: F811
        """Comment with the address, flag and answer in one browser."""
        other = write("Others’ words", name="Bo", state="published")
        post(client, "comments/", article, name=NAME, email=EMAIL, text="canary comment")
        post(client, f"comments/{other.pk}/flags/", article, reason="other", text="canary flag")
        answers = {"score": 3, "reason": "canary reason"}
        post(client, f"nps/{widget.pk}/responses/", article, answers=answers)
        return Reader.objects.get()

    def test_all_of_the_browser_goes_where_nothing_names_another(self, browser):
        services.erase_person(email=EMAIL)
        assert texts_with(*WORDS) == set()
        assert not Flag.objects.exists()
        assert not Reader.objects.exists()
        assert Response.objects.get().answers["score"] == 3

    @pytest.mark.parametrize("why", ["proved", "account", "typed", "answered", "import"])
    def test_nothing_of_somebody_else_goes(
        self, client, browser, article, asking, django_user_model, why
    ):
        if why == "proved":
            services.confirm_email(reader=browser, email="owner@example.org")
        elif why == "account":
            user = django_user_model.objects.create_user("o", "owner@example.org", "pw")
            Reader.objects.update(user=user)
        elif why == "typed":
            post(client, "comments/", article, name="O", email="owner@example.org", text="More")
        elif why == "answered":
            answers = {"q-choice": GOOD, "q-email": "owner@example.org"}
            post(client, f"surveys/{asking.pk}/responses/", article, answers=answers)
        else:
            Reader.objects.update(external_id="from-a-log")
        services.erase_person(email=EMAIL)
        left = {(table, word) for table, _column, word in texts_with(*WORDS)}
        assert {word for _table, word in left} == {"canary"}  # their flag, their reason
        assert {table for table, _word in left} == {
            "cx_feedback_comments_flag", "cx_feedback_surveys_response",
        }  # fmt: skip
        assert Reader.objects.filter(pk=browser.pk).exists()

    def test_is_no_key_to_what_was_done_in_the_browser(self, browser):
        told = str(person_requests.export_person(email=EMAIL))
        assert "canary comment" in told
        assert "canary flag" not in told
        assert "canary reason" not in told


def test_a_ban_s_reason_and_decisions_are_told_and_go(client, admin_client, write, talk):  # noqa: F811
    comment = write("canary words", name=NAME, email=EMAIL, state="published")
    why = {"act": "reject", "ids": [comment.pk], "reason": "canary decision"}
    why["seen"] = seen([comment.pk])
    admin_client.post(reverse("cx_comments:decide"), why)
    from cx_feedback.comments.services import bans

    bans.ban_author(comment_id=comment.pk, kinds=["author"], shadow=True, reason="canary ban")
    told = person_requests.export_person(email=EMAIL)
    assert [ban["reason"] for ban in told["bans"]] == ["canary ban"]
    reasons = {event["reason"] for event in told["comments"][0]["moderation"]}
    assert {"canary decision", "canary ban"} <= reasons
    services.erase_person(email=EMAIL)
    assert texts_with(*WORDS) == set()
    assert Ban.objects.get().is_active  # by a keyed hash, which names nobody


def test_clicks_and_what_providers_reported_are_told_and_go(db):
    letter = post_office.create_message(subject="Hi", text="Words")
    post_office.queue_delivery(
        message=letter, mailing="rule:1", recipient=post_office.Recipient("1", EMAIL)
    )
    row = Delivery.objects.get()
    MailReport.objects.create(delivery=row, kind="clicked", url="/canary/", digest="1")
    MailReport.objects.create(kind="bounced", detail=f"550 {EMAIL}", digest="2")
    (told,) = person_requests.export_person(email=EMAIL)["deliveries"]
    assert [(r["kind"], r["link"]) for r in told["reports"]] == [("clicked", "/canary/")]
    services.erase_person(email=EMAIL)
    assert texts_with(*WORDS) == set()


def test_following_that_nobody_confirmed_is_deleted_with_its_mails(client, talk, write):  # noqa: F811
    import datetime

    from cx_feedback.comments.services import delete_unconfirmed_follows

    write("First", state="published")
    post(client, "comments/", talk, name=NAME, email="later@example.org", text="x", follow=True)
    body = {"page": talk.pk, "email": EMAIL}
    assert client.post("/feedback/comments/follow/", body, **OWN).status_code == 303
    send()
    assert Delivery.objects.filter(address=EMAIL).exists()
    now, days = timezone.now(), datetime.timedelta(days=30)
    assert delete_unconfirmed_follows(now=now + days / 2) == 0
    assert delete_unconfirmed_follows(now=now + days * 1.1) == 1
    assert texts_with(EMAIL) == set()
    assert delete_unconfirmed_follows(now=now + days * 1.1) == 0
    Follow.objects.update(confirmed_at=now)
    assert delete_unconfirmed_follows(now=now + days * 9) == 0


def test_following_again_keeps_the_earlier_proof(talk, write):  # noqa: F811
    import datetime

    from cx_feedback.comments.services import delete_unconfirmed_follows
    from cx_feedback.comments.submission.author import Actor

    write("First", state="published")
    following.request_follow(page_id=talk.pk, email=EMAIL, actor=Actor(None))
    first = Follow.objects.get()
    following.confirm_follow(follow_id=first.pk, asked=first.asked_at.timestamp(), actor=Actor())
    following.end_follow(follow_id=first.pk)
    first.refresh_from_db()
    before = (first.asked_at, first.confirmed_at, first.ended_at)
    Delivery.objects.update(created_at=first.asked_at - datetime.timedelta(days=1))
    following.request_follow(page_id=talk.pk, email=EMAIL, actor=Actor(None))
    again = Follow.objects.get()
    assert again.confirmed_at is None
    assert again.earlier_requests == [[moment.isoformat() for moment in before]]
    (told,) = person_requests.export_person(email=EMAIL)["comment_actions"]
    assert told["earlier_requests"] == again.earlier_requests
    later = timezone.now() + datetime.timedelta(days=31)
    assert (delete_unconfirmed_follows(now=later), delete_unconfirmed_follows(now=later)) == (1, 0)
    again.refresh_from_db()
    assert (again.asked_at, again.confirmed_at, again.ended_at, again.earlier_requests) == (
        *before,
        [],
    )


def test_mails_that_asked_for_a_proof_in_vain_are_deleted(db):
    import datetime

    from cx_feedback.comments.services import delete_unverified_comments
    from cx_feedback.comments.submission import verification_mail

    letter = post_office.create_message(subject="Hi", text="Words")
    who = post_office.Recipient("1", EMAIL)
    post_office.queue_delivery(
        message=letter, mailing=f"{verification_mail.MAILING}2026-01-01", recipient=who
    )
    delete_unverified_comments()
    assert Delivery.objects.exists()
    delete_unverified_comments(now=timezone.now() + datetime.timedelta(days=4))
    assert texts_with(EMAIL) == set()
