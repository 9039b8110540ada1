"""“Mail me my answers”: once per address and day, with nothing that helps to send spam."""

import datetime

import pytest
from django.core import mail as outbox
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.mail.copies import answer_copies
from cx_feedback.mail.models import Delivery, Message
from cx_feedback.mail.services import send_due
from cx_feedback.readers import services as readers
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response
from tests.conftest import OWN
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db
ADDRESS = "ana@example.org"
SPAM = "Buy at https://spam.example {title}"


@pytest.fixture
def survey(draft):
    draft.mails_answers = True
    return services.publish_survey(survey=draft)


def post(survey, copy_to=ADDRESS, client=None, text=SPAM, **headers):
    data = {"answers.q-choice": GOOD, "answers.q-text": text, "copy_to": copy_to}
    path = f"/feedback/surveys/{survey.pk}/"
    return (client or Client()).post(path, data, **{**OWN, **headers})


def rest(survey, copy_to):
    return Client().post(
        f"/feedback/api/v1/surveys/{survey.pk}/responses/",
        {"answers": {"q-choice": GOOD}, "copy_to": copy_to},
        content_type="application/json",
        **OWN,
    )


def sent():
    send_due()
    return outbox.outbox


def test_a_reader_gets_the_answers_without_scripts(client, survey):
    html = client.get(f"/feedback/surveys/{survey.pk}/ask/").content.decode()
    assert 'type="email"' in html
    assert 'name="copy_to"' in html
    assert post(survey).status_code == 303
    (mail,) = sent()
    assert mail.to == [ADDRESS]
    assert "Your visit" in mail.body
    assert "How was it?\nGood" in mail.body
    assert ADDRESS not in repr(list(Response.objects.values()))


def test_nothing_that_a_stranger_wrote_is_in_it(survey):
    post(survey)
    (mail,) = sent()
    assert "spam.example" not in mail.body
    assert "not repeated in this email" in mail.body


def test_own_words_are_in_a_copy_to_an_address_that_the_reader_confirmed(survey):
    reader, client = readers.create_reader(), Client()
    readers.confirm_email(reader=reader, email=ADDRESS)
    client.cookies["cx_reader"] = reader.key.hex
    post(survey, client=client)
    (mail,) = sent()
    assert SPAM in mail.body  # braces stay braces


def test_an_address_gets_one_a_day(survey):
    post(survey)
    post(survey, copy_to=ADDRESS.upper(), text="Others", REMOTE_ADDR="10.1.1.1")
    assert Response.objects.count() == 2
    assert Delivery.objects.count() == 1


def test_a_repetition_sends_none(survey):
    post(survey)
    post(survey)
    assert Response.objects.count() == Delivery.objects.count() == 1


def test_above_the_rate_the_answers_are_stored_all_the_same(survey, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "RATES": {"mail": "1/h"}}
    for number in range(3):
        assert post(survey, copy_to=f"r{number}@example.org", text=f"{number}").status_code == 303
    assert Response.objects.count() == 3
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("address", ["ana", "ana@", "ñandú@example.org", f"{'x' * 70}@example.org"])
def test_a_wrong_address_is_named_and_nothing_is_stored(survey, address):
    refused = rest(survey, address)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["copy_to"]
    again = post(survey, copy_to=address, REMOTE_ADDR="10.1.1.1").content.decode()
    assert f'value="{address}"' in again
    assert "aria-invalid" in again
    assert not Response.objects.exists()
    assert not Delivery.objects.exists()


def test_rest_sends_one_too(survey):
    assert rest(survey, ADDRESS).status_code == 201
    assert [mail.to for mail in sent()] == [[ADDRESS]]


def test_a_survey_that_does_not_offer_it_sends_none(client, draft):
    survey = services.publish_survey(survey=draft)
    assert "copy_to" not in client.get(f"/feedback/surveys/{survey.pk}/ask/").content.decode()
    post(survey)
    assert Response.objects.exists()
    assert not Delivery.objects.exists()


def test_an_anonymous_survey_cannot_offer_it(draft):
    draft.anonymous = draft.mails_answers = True
    with pytest.raises(ValidationError) as caught:
        draft.clean()
    assert list(caught.value.message_dict) == ["mails_answers"]


def test_it_is_offered_only_where_a_room_posts_it(client, admin_client, survey, monkeypatch):
    url = f"/admin/cx-feedback/surveys/edit/{survey.pk}/"
    assert "mails_answers" in admin_client.get(url).content.decode()
    monkeypatch.setattr(signals.copy_requested, "receivers", [])
    signals.copy_requested.sender_receivers_cache.clear()
    assert "mails_answers" not in admin_client.get(url).content.decode()
    assert "copy_to" not in client.get(f"/feedback/surveys/{survey.pk}/ask/").content.decode()


def test_copies_are_deleted_with_their_addresses(survey):
    post(survey)
    sent()
    now = timezone.now()
    assert answer_copies.delete_old_copies(now=now + datetime.timedelta(days=1)) == 0
    assert answer_copies.delete_old_copies(now=now + datetime.timedelta(days=3)) == 1
    assert not Delivery.objects.exists()
    assert not Message.objects.exists()
