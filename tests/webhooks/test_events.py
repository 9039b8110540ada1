"""What happens in the rooms becomes events, in the same transaction; what an event holds."""

import datetime
import json
from dataclasses import fields

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction

from cx_feedback.comments import services as comments
from cx_feedback.comments.submission import comment_input
from cx_feedback.core import signals
from cx_feedback.loyalty import services as loyalty
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.nps.services import submit_score
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy.consents import object_to_scoring
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.exports.services import request_export, write_export
from cx_feedback.webhooks import services
from cx_feedback.webhooks.events.event_types import EVENT_TYPES
from cx_feedback.webhooks.models import EventDelivery
from cx_feedback.webhooks.receivers import ACTIVITY_EVENTS, COMMENT_EVENTS
from tests.loyalty.conftest import END, magazine, weeks_before  # noqa: F401
from tests.pages import make_survey, make_widget, publish
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(make_endpoint):
    return make_endpoint()[0]


@pytest.fixture
def reader(db):
    return readers.create_reader()


def stored(*names):
    """Return the events of these names, oldest first."""
    return list(EventDelivery.objects.filter(event__in=names).order_by("pk"))


def post(client, path, body, **headers):
    """Send JSON as a program does, without headers that say which page sent it."""
    answer = client.post(
        f"/feedback/api/v1/{path}", json.dumps(body), content_type="application/json", **headers
    )
    assert answer.status_code == 201, answer.content
    return answer


def write(article, reader=None, text="Words"):
    said = {"name": "Ana", "text": text, "email": "ana@example.org"}
    draft = comment_input.parse_comment(said, page_id=article.pk)
    reader = reader or readers.create_reader()
    return comments.store_comment(draft=draft, reader=reader).comment


def test_each_event_that_is_sent_is_in_the_list():
    assert {*ACTIVITY_EVENTS.values(), *COMMENT_EVENTS.values()} <= set(EVENT_TYPES)


def test_a_response_is_an_event_without_its_answers(endpoint, article, reader):
    survey = make_survey()
    response = surveys.submit_response(
        survey_id=survey.pk, page_id=article.pk, answers={"q-choice": GOOD}, reader=reader
    )
    [event] = stored("survey.response.created")
    assert event.data == {
        "response": response.pk,
        "survey": survey.pk,
        "page": article.pk,
        "reader": reader.pk,
    }
    assert event.reader_id == reader.pk


def test_an_nps_score_is_an_event(endpoint, article, reader):
    widget = make_widget()
    response = submit_score(widget_id=widget.pk, score=9, reader=reader)
    [event] = stored("nps.response.created")
    assert (event.data["response"], event.data["survey"]) == (response.pk, widget.pk)


def test_a_response_that_a_program_sent_is_an_event_of_nobody(endpoint, article, client):
    survey, widget = make_survey(), make_widget()
    body = {"page": article.pk, "answers": {"q-choice": GOOD}}
    for _ in range(2):
        post(client, f"surveys/{survey.pk}/responses/", body, HTTP_IDEMPOTENCY_KEY="9f-once")
    [event] = stored("survey.response.created")
    assert event.data == {
        "response": survey.responses.get().pk,
        "survey": survey.pk,
        "page": article.pk,
        "reader": None,
    }
    submit_score(widget_id=widget.pk, score=9)
    [event] = stored("nps.response.created")
    assert (event.data["survey"], event.data["reader"]) == (widget.pk, None)


def test_an_event_of_nobody_goes_with_its_response(endpoint, monkeypatch):
    survey = make_survey()

    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr(services, "record_event", fail)
    with pytest.raises(RuntimeError):
        surveys.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD})
    assert not survey.responses.exists()


def test_a_test_of_an_editor_is_none(endpoint):
    answers = {"q-choice": GOOD}
    surveys.submit_response(survey_id=make_survey().pk, answers=answers, is_test=True)
    assert stored(*EVENT_TYPES) == []


def test_a_comment_that_a_program_sent_is_an_event_of_nobody(endpoint, article, client):
    publish(article, ("comments", {}))
    post(client, "comments/", {"page": article.pk, "name": "Ana", "text": "Words"})
    [event] = stored(*EVENT_TYPES)
    assert (event.event, event.data["reader"]) == ("comment.created", None)
    assert event.data["state"] == "pending"


def test_an_anonymous_response_is_none(endpoint):
    survey = make_survey()
    survey.anonymous = True
    surveys.publish_survey(survey=survey)
    surveys.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD})
    assert stored(*EVENT_TYPES) == []


def test_what_becomes_of_a_comment_are_events(endpoint, article, owner):
    comment = write(article)
    comments.approve_comments(ids=[comment.pk], moderator=owner)
    comments.hide_comments(ids=[comment.pk], moderator=owner)
    comments.mark_spam(ids=[write(article, text="Other words").pk], moderator=owner)
    events = stored(*EVENT_TYPES)
    assert [event.event for event in events] == [
        "comment.created",
        "comment.published",
        "comment.hidden",
        "comment.created",
        "comment.refused",
    ]
    assert {event.data["comment"] for event in events[:3]} == {comment.pk}
    assert [event.data["state"] for event in events[1:3]] == ["published", "hidden"]
    assert "Words" not in json.dumps([event.data for event in events])


def test_a_reply_of_a_moderator_is_created_and_published(endpoint, article, owner):
    comment = write(article)
    comments.approve_comments(ids=[comment.pk], moderator=owner)
    EventDelivery.objects.all().delete()
    comments.reply_as_moderator(parent_id=comment.pk, text="Thanks", moderator=owner, name="Site")
    names = [event.event for event in stored(*EVENT_TYPES)]
    assert names == ["comment.created", "comment.published"]


def test_subscriptions_are_events_when_confirmed_and_ended(endpoint):
    friday = MailingList.objects.create(name="Friday letter")
    newsletter.subscribe(email="ana@example.org", list_ids=[friday.pk])
    row = Subscription.objects.get()
    assert stored("subscription.confirmed") == []
    newsletter.confirm_subscription(subscription_id=row.pk)
    newsletter.unsubscribe(subscription_id=row.pk)
    newsletter.unsubscribe(subscription_id=row.pk)
    row.refresh_from_db()
    data = {"subscription": row.pk, "list": friday.pk, "reader": row.reader_id}
    assert [(event.event, event.data) for event in stored(*EVENT_TYPES)] == [
        ("subscription.confirmed", data),
        ("subscription.ended", data),
    ]


def test_what_was_never_confirmed_does_not_end(endpoint):
    MailingList.objects.create(name="Friday letter")
    newsletter.subscribe(email="ana@example.org")
    newsletter.unsubscribe(subscription_id=Subscription.objects.get().pk)
    assert stored("subscription.ended") == []


def test_absences_and_moves_to_other_tiers_are_events(endpoint, magazine):  # noqa: F811
    loyalty.score_readers(as_of=weeks_before(1))
    assert Reader.objects.exclude(tier="").exists()
    assert stored("reader.tier_changed") == []  # a first tier is no change
    newcomer = Reader.objects.exclude(tier="").latest("pk")
    Reader.objects.filter(pk=newcomer.pk).update(tier="")
    before = dict(Reader.objects.values_list("pk", "tier"))
    loyalty.score_readers(as_of=END)
    moved = {event.data["reader"]: event.data["tier"] for event in stored("reader.tier_changed")}
    after = dict(Reader.objects.values_list("pk", "tier"))
    changed = {pk: tier for pk, tier in after.items() if tier != before[pk]}
    assert changed.pop(newcomer.pk)
    assert moved == changed
    assert moved
    loyalty.announce_silences(as_of=END)
    silent = stored("reader.silent")
    assert silent
    assert 0 <= silent[0].data["probability"] <= 1
    assert datetime.date.fromisoformat(silent[0].data["since"]) < END


def test_an_objection_erases_what_was_concluded_and_is_an_event(endpoint, reader):
    signals.tiers_changed.send(Reader, moves=[(reader.pk, "loyal")])
    signals.reader_won_back.send(None, reader_id=reader.pk, silence_id=3, days=40)
    assert len(stored(*EVENT_TYPES)) == 2
    object_to_scoring(reader=reader, wording="No scores.")
    [event] = stored(*EVENT_TYPES)
    assert (event.event, event.data) == ("reader.objected", {"readers": [reader.pk]})


def test_a_report_on_a_mail_is_an_event_without_its_address(endpoint):
    signals.mail_reported.send(
        None, delivery_id=4, mailing="issue:1", recipient_key="7", reader_id=None, event="bounced"
    )
    [event] = stored("mail.reported")
    assert event.data == {
        "delivery": 4,
        "mailing": "issue:1",
        "report": "bounced",
        "reader": None,
    }


def test_an_export_that_is_ready_is_an_event(endpoint, owner):
    survey = make_survey()
    export = request_export(
        survey=survey, user=owner, format="csv", headings="labels", with_texts=False
    )
    write_export(export_id=export.pk)
    [event] = stored("export.ready")
    assert event.data == {"export": export.pk, "survey": survey.pk}


def test_an_event_is_rolled_back_with_what_happened(endpoint, article):
    with transaction.atomic():
        write(article)
        assert len(stored("comment.created")) == 1
        transaction.set_rollback(True)
    assert stored("comment.created") == []


def test_each_endpoint_is_told_of_what_it_chose(make_endpoint, article, owner):
    first, _secret = make_endpoint(events=["comment.created"])
    second, _secret = make_endpoint(events=["comment.created", "comment.published"])
    make_endpoint(events=["export.ready"])
    comments.approve_comments(ids=[write(article).pk], moderator=owner)
    told = [(event.endpoint_id, event.event) for event in stored(*EVENT_TYPES)]
    assert told == [
        (first.pk, "comment.created"),
        (second.pk, "comment.created"),
        (second.pk, "comment.published"),
    ]
    assert len({event.key for event in stored(*EVENT_TYPES)}) == 3


def test_no_endpoint_costs_no_query(article, django_assert_num_queries):
    from cx_feedback.webhooks.events.wanted_events import is_event_wanted

    assert not is_event_wanted("comment.created")
    with django_assert_num_queries(0):
        assert not is_event_wanted("comment.published")


def test_a_changed_endpoint_is_known_at_once(make_endpoint, article, owner, receiver):
    endpoint, _secret = make_endpoint(events=["export.ready"])
    write(article)
    assert stored("comment.created") == []
    said = {"name": "x", "url": receiver.url, "events": ["comment.created"]}
    services.update_endpoint(
        endpoint_id=endpoint.pk, user=owner, with_texts=False, active=True, **said
    )
    write(article, text="Other words")
    assert len(stored("comment.created")) == 1
    services.update_endpoint(
        endpoint_id=endpoint.pk, user=owner, with_texts=False, active=False, **said
    )
    write(article, text="More words")
    assert len(stored("comment.created")) == 1


def test_after_an_erasure_nothing_of_the_reader_is_stored(endpoint, article, owner, send_all):
    comment = write(article)
    comments.approve_comments(ids=[comment.pk], moderator=owner)
    reader_id = comment.reader_id
    readers.erase_person(reader_ids=[reader_id])
    events = stored(*EVENT_TYPES)
    assert [event.event for event in events] == ["comment.deleted", "reader.erased"]
    assert events[0].data["reader"] is None
    assert events[1].data == {"readers": [reader_id]}
    send_all()
    events[1].refresh_from_db()
    assert events[1].data == {}
    assert not services.resend_event(endpoint_id=endpoint.pk, delivery_id=events[1].pk)


@pytest.mark.parametrize("with_texts", [True, False])
def test_texts_are_sent_to_who_wants_and_may_have_them(
    make_endpoint, article, reader, receiver, send_all, with_texts
):
    make_endpoint(with_texts=with_texts)
    survey = make_survey()
    write(article)
    answers = {"q-choice": GOOD, "q-text": "Lovely"}
    surveys.submit_response(survey_id=survey.pk, answers=answers, reader=reader)
    send_all()
    data = [json.loads(request.body)["data"] for request in receiver.requests]
    texts = [one.get("texts") for one in data]
    if with_texts:
        assert texts[0] == {"text": "Words", "author_name": "Ana"}
        assert texts[1]["answers"]["q-choice"] == GOOD
    else:
        assert texts == [None, None]
    assert "ana@example.org" not in str([request.body for request in receiver.requests])


def test_a_right_that_was_taken_away_counts_when_it_is_sent(
    make_endpoint, article, receiver, send_all, owner
):
    make_endpoint(with_texts=True)
    write(article)
    owner.is_superuser = False
    owner.save()
    send_all()
    assert "texts" not in json.loads(receiver.requests[0].body)["data"]


def test_answers_without_own_words_need_another_right_than_these(
    make_endpoint, reader, receiver, send_all, django_user_model
):
    analyst = django_user_model.objects.create_user("ann", "ann@example.org", "x")
    analyst.user_permissions.set(Permission.objects.filter(codename="view_responses"))
    make_endpoint(with_texts=True, owner=analyst)
    survey = make_survey()
    answers = {"q-choice": GOOD, "q-text": "Lovely"}
    surveys.submit_response(survey_id=survey.pk, answers=answers, reader=reader)
    send_all()
    sent = json.loads(receiver.requests[0].body)["data"]["texts"]["answers"]
    assert sent["q-choice"] == GOOD
    assert "Lovely" not in str(sent)


def test_each_payload_has_documented_fields():
    for one in EVENT_TYPES.values():
        assert one.payload.__doc__
        assert not one.texts or one.texts[1] in {field.name for field in fields(one.payload)}


@pytest.mark.django_db(transaction=True)
def test_the_work_of_cx_work_sends_them(endpoint, article, receiver):
    write(article)
    cache.clear()
    call_command("cx_work", verbosity=0)
    assert [json.loads(r.body)["type"] for r in receiver.requests] == ["comment.created"]
