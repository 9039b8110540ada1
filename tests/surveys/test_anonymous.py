"""Anonymous surveys: no reader is stored with a response, and nothing leads back to one."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.idempotency_keys import Sender
from cx_feedback.mail.models import Delivery
from cx_feedback.readers.models import Activity, Reader, StoredAnswer, VisitDay
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Start, Survey, SurveyVersion
from cx_feedback.surveys.responses import anonymity
from cx_feedback.surveys.results import answer_triggers
from tests.conftest import OWN, consenting
from tests.pages import make_widget
from tests.surveys.conftest import BAD, GOOD, change, stream
from tests.surveys.test_editing import post as edit

pytestmark = pytest.mark.django_db
FORM = {"answers.q-choice": GOOD}


@pytest.fixture
def survey(draft):
    draft.anonymous = True
    return services.publish_survey(survey=draft)


@pytest.fixture(autouse=True)
def page(article):
    FORM["page"] = article.pk


def post(survey, data=None, client=None, **headers):
    headers = {**OWN, "HTTP_USER_AGENT": "Phone", **headers}
    data = {**FORM, **(data or {})}
    return (client or Client()).post(f"/feedback/surveys/{survey.pk}/", data, **headers)


def rest(survey, client=None, key="", choice=GOOD):
    return (client or Client()).post(
        f"/feedback/api/v1/surveys/{survey.pk}/responses/",
        {"answers": {"q-choice": choice}},
        content_type="application/json",
        headers={"Idempotency-Key": key} if key else {},
        **OWN,
    )


def known():
    """Return the client of a reader who consented to visits being counted, and the reader."""
    client, reader = Client(), consenting()
    client.cookies["cx_reader"] = reader.key.hex
    return client, reader


@pytest.mark.parametrize("send", [post, rest])
def test_no_way_in_stores_a_reader(survey, send):
    client, _reader = known()
    for who in (Client(), client):
        sent = send(survey, client=who)
        assert sent.status_code in (201, 303)
        assert not sent.cookies
        assert Reader.objects.count() == 1
    assert set(Response.objects.values_list("reader", flat=True)) == {None}
    assert not Activity.objects.exists()
    assert not VisitDay.objects.exists()


def test_nothing_stored_holds_the_reader_or_the_exact_time(survey):
    client, reader = known()
    post(survey, client=client)
    rest(survey, client=client, key=str(uuid.uuid4()))
    for response in Response.objects.all():
        at = response.created_at
        assert (at.minute, at.second, at.microsecond) == (0, 0, 0)
        assert timezone.now() - at < datetime.timedelta(hours=1)
    # What recognizes a double click stands apart, without a reader, and goes with the sweep.
    (kept,) = StoredAnswer.objects.all()
    assert kept.reader is None
    assert anonymity.clear_keys(now=timezone.now() + datetime.timedelta(minutes=1)) == 1
    assert reader.key.hex not in repr(list(Response.objects.values()))


def test_a_double_click_counts_once_and_other_readers_count(survey):
    first, second = post(survey), post(survey)
    assert first["Location"] == second["Location"]
    assert Response.objects.count() == 1
    post(survey, REMOTE_ADDR="10.0.0.9")
    post(survey, {"answers.q-choice": BAD})
    assert Response.objects.count() == 3
    StoredAnswer.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=1))
    post(survey)
    assert Response.objects.count() == 4


def test_a_click_that_was_refused_is_no_first_one(survey, monkeypatch):
    def fail(**kwargs):
        raise InvalidInput(fields={"answers.q-choice": ["Full"]})

    with monkeypatch.context() as patched:
        patched.setattr("cx_feedback.surveys.flow.quotas.take_places", fail)
        assert post(survey).status_code == 400
    assert not StoredAnswer.objects.exists()
    assert post(survey).status_code == 303
    assert Response.objects.count() == 1


def test_a_random_key_is_heard_and_one_that_others_may_use_is_refused(survey):
    key = str(uuid.uuid4())
    first, again = rest(survey, key=key), rest(survey, key=key)
    assert first.json() == again.json()
    assert rest(survey, key=key, choice=BAD).status_code == 422
    refused = rest(survey, key="visit-1")
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["Idempotency-Key"]
    assert Response.objects.count() == 1


def test_random_keys_are_cleared_when_no_browser_tries_any_more(survey, draft):
    rest(survey, key=str(uuid.uuid4()))
    anonymity.clear_keys(now=timezone.now() + datetime.timedelta(days=7))
    assert Response.objects.exclude(idempotency_key="").exists()
    anonymity.clear_keys(now=timezone.now() + datetime.timedelta(days=9))
    assert not Response.objects.exclude(idempotency_key="").exists()


def test_a_file_is_known_for_good(survey, tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text("id,date,How was it?\n1,2026-01-05,Good\n", encoding="utf-8")
    call_command("cx_import_responses", str(file), survey=survey.pk)
    assert anonymity.clear_keys(now=timezone.now() + datetime.timedelta(days=90)) == 0
    call_command("cx_import_responses", str(file), survey=survey.pk)
    assert Response.objects.count() == 1


def test_keys_of_other_surveys_stay(locales, draft):
    named = services.publish_survey(survey=draft)
    services.submit_response(
        survey_id=named.pk,
        answers={"q-choice": GOOD},
        idempotency_key="k",
        sender=Sender(client="c"),
    )
    assert anonymity.clear_keys(now=timezone.now() + datetime.timedelta(days=90)) == 0
    assert Response.objects.get().idempotency_key


def test_the_version_decides(survey, reader):
    survey.anonymous = False
    survey = services.publish_survey(survey=survey)
    response = services.submit_response(
        survey_id=survey.pk, answers={"q-choice": GOOD}, reader=reader
    )
    assert response.reader == reader
    assert list(
        SurveyVersion.objects.order_by("number").values_list("definition__anonymous", flat=True)
    ) == [True, None]


def test_answers_to_an_earlier_version_of_an_anonymous_survey_name_nobody(survey, reader):
    """A body that names no version may have been promised anything."""
    survey.anonymous = False
    earlier = change(survey, stream()[:2])
    earlier.anonymous = True
    change(earlier, stream()[1:])
    given = {"survey_id": survey.pk, "answers": {"q-choice": GOOD}, "reader": reader}
    assert services.submit_response(**given).reader is None
    assert services.submit_response(**given, version=2).reader == reader


def test_one_response_per_reader_is_another_thing(draft):
    draft.anonymous = draft.one_per_reader = True
    with pytest.raises(ValidationError) as caught:
        draft.clean()
    assert list(caught.value.message_dict) == ["one_per_reader"]


def test_the_form_and_rest_say_so(client, survey):
    html = client.get(f"/feedback/surveys/{survey.pk}/ask/").content.decode()
    assert "Your answers are anonymous." in html
    assert "without your name, account, cookie or network address" in html
    assert client.get(f"/feedback/api/v1/surveys/{survey.pk}/").json()["anonymous"] is True
    survey.anonymous = False
    services.publish_survey(survey=survey)
    html = client.get(f"/feedback/surveys/{survey.pk}/ask/").content.decode()
    assert "anonymous" not in html


def test_an_nps_widget_is_anonymous_too(article):
    widget = make_widget(anonymous=True)
    path, data = f"/feedback/nps/{widget.pk}/", {"page": article.pk, "answers.score": "9"}
    sent = Client().post(path, data, **OWN)
    assert sent.status_code == 303
    assert not sent.cookies
    assert Response.objects.get().reader is None
    assert not Reader.objects.exists()
    assert not Activity.objects.exists()


@pytest.mark.parametrize("anonymous", [True, False])
def test_the_results_of_an_nps_widget_say_so(admin_client, article, anonymous):
    widget = make_widget(anonymous=anonymous)
    html = admin_client.get(f"/admin/cx-feedback/nps/results/{widget.pk}/").content.decode()
    assert ("Anonymous: answers aren't linked to readers" in html) == anonymous


def test_no_rule_is_offered_its_answers(survey):
    assert not answer_triggers.list_answer_triggers()
    survey.anonymous = False
    services.publish_survey(survey=survey)
    assert answer_triggers.list_answer_triggers()


class TestEditing:
    """What an editor is told before it changes who is known."""

    def publish(self, client, survey, *, anonymous, **more):
        choice = {"anonymous": "on" if anonymous else "", "action-publish": "1"}
        edit(client, survey, stream(), **choice, **more)
        return client.get(f"/admin/cx-feedback/surveys/edit/{survey.pk}/").content.decode()

    def test_switching_it_on_says_that_earlier_answers_keep_their_readers(
        self, admin_client, locales, draft, reader
    ):
        draft.anonymous = False
        survey = services.publish_survey(survey=draft)
        services.submit_response(survey_id=survey.pk, answers={"q-choice": GOOD}, reader=reader)
        said = self.publish(admin_client, survey, anonymous=True)
        assert "Earlier answers keep theirs" in said
        assert not Survey.objects.get(pk=survey.pk).anonymous
        confirmed = {"cx-anonymity": "anonymous-on"}
        self.publish(admin_client, survey, anonymous=True, **confirmed)
        assert Survey.objects.get(pk=survey.pk).anonymous
        assert Response.objects.get().reader == reader

    def test_switching_it_off_says_that_earlier_answers_stay_anonymous(self, admin_client, survey):
        rest(survey)
        said = self.publish(admin_client, survey, anonymous=False)
        assert "Earlier answers stay anonymous for good" in said
        assert Survey.objects.get(pk=survey.pk).anonymous

    def test_nothing_is_asked_where_nobody_answered(self, admin_client, survey):
        self.publish(admin_client, survey, anonymous=False)
        assert not Survey.objects.get(pk=survey.pk).anonymous

    def test_a_question_for_an_address_is_pointed_out(self, admin_client, survey):
        value = {"label": "Your address", "help": "", "required": False}
        change(survey, stream({"type": "email", "id": "q-mail", "value": value}))
        page = admin_client.get(f"/admin/cx-feedback/surveys/edit/{survey.pk}/").content.decode()
        assert "“Your address” asks for an email address" in page


@pytest.mark.parametrize("how", ["form", "rest"])
def test_a_start_tells_the_hour_and_not_the_moment_of_its_response(survey, how):
    if how == "form":
        post(survey)
    else:
        url = f"/feedback/api/v1/surveys/{survey.pk}/starts/"
        Client().post(url, {}, "application/json", **OWN)
    begun = Start.objects.get().created_at
    assert begun == anonymity.round_down(begun)


@pytest.fixture
def anonymous_now(draft):
    """A survey that named its readers and mailed answers, and is anonymous and longer today."""
    draft.mails_answers = True
    draft = services.publish_survey(survey=draft)
    draft.mails_answers, draft.anonymous = False, True
    more = {"label": "More?", "help": "", "required": True}
    return change(draft, stream({"type": "text", "id": "q-more", "value": more}))


def test_a_form_without_a_version_may_be_the_anonymous_one(anonymous_now):
    client, reader = known()
    assert post(anonymous_now, {"copy_to": "ana@example.org"}, client).status_code in (200, 303)
    row = Response.objects.get()
    assert (row.reader, row.created_at) == (None, anonymity.round_down(row.created_at))
    assert not Activity.objects.filter(reader=reader).exists()
    assert not Delivery.objects.exists()


def test_a_body_without_a_version_is_mailed_to_nobody(anonymous_now):
    body = {"answers": {"q-choice": GOOD}, "copy_to": "ana@example.org"}
    url = f"/feedback/api/v1/surveys/{anonymous_now.pk}/responses/"
    assert Client().post(url, body, "application/json", **OWN).status_code == 201
    assert not Delivery.objects.exists()


def test_a_form_that_names_the_version_with_readers_keeps_its_promise(anonymous_now):
    client, reader = known()
    post(anonymous_now, {"version": "1"}, client)
    assert Response.objects.get().reader == reader
