"""A proof of work is asked of a network that signs up often, and of no other."""

import pytest
from altcha import Challenge, Payload, solve_challenge

from cx_feedback.core.http import proof_of_work
from cx_feedback.newsletter.models import Subscription
from tests.conftest import OWN
from tests.newsletter.test_subscribing import FORM, ask

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _border(settings, mailing_list):
    rates = {**settings.CX_FEEDBACK["RATES"], "signup": "1/h"}
    settings.CX_FEEDBACK = {"RATES": rates, "CHALLENGE_COST": 100}


def solved(asked):
    asked = Challenge.from_dict(asked)
    return Payload(asked, solve_challenge(asked)).to_base64()


def test_above_the_border_the_same_passes_with_the_work_done_once(client):
    assert ask(client).status_code == 202
    response = ask(client, "zoe@example.org")
    assert response.status_code == 428
    assert not Subscription.objects.filter(email="zoe@example.org").exists()
    solution = solved(response.json()["challenge"])
    assert ask(client, "eve@example.org", challenge=solution).status_code == 400
    assert ask(client, "zoe@example.org", challenge=solution).status_code == 202
    again = ask(client, "zoe@example.org", challenge=solution)
    assert list(again.json()["errors"]) == ["challenge"]
    assert set(Subscription.objects.values_list("email", flat=True)) == {
        "ana@example.org",
        "zoe@example.org",
    }
    # Known or not, the question is the same.
    assert ask(client, "ana@example.org").status_code == 428


def test_by_plain_form_a_page_does_the_work_and_keeps_the_words(client, mailing_list):
    ask(client)
    data = {"email": "zoe@example.org", "list": mailing_list.pk, "name": "Zoë", "lang": "en"}
    response = client.post(FORM, data, **OWN)
    assert response.status_code == 428
    html = response.content.decode()
    assert 'name="name" value="Zoë"' in html
    assert "<noscript>" in html
    asked = response.context["error"].challenge
    assert client.post(FORM, {**data, proof_of_work.FIELD: solved(asked)}, **OWN).status_code == 200
    assert Subscription.objects.get(email="zoe@example.org").name == "Zoë"
