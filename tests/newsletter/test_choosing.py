"""Several lists, their topics and the reader's time zone: form, tag and REST."""

import pytest
from django.template import Context, Template
from django.test import Client

from cx_feedback.newsletter.models import MailingList, Subscription, Topic
from tests.conftest import OWN
from tests.newsletter.conftest import link_in, send
from tests.newsletter.test_subscribing import FORM, State, ask
from tests.pages import squeeze

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday(db):
    return MailingList.objects.create(name="Monday letter", consent_wording="Yes, on Mondays.")


@pytest.fixture
def topics(mailing_list):
    return [Topic.objects.create(mailing_list=mailing_list, name=n) for n in ("Art", "Food")]


def test_several_lists_are_confirmed_by_one_mail(client, mailing_list, monday, topics):
    body = {"lists": [mailing_list.pk, monday.pk], "topics": [topics[1].pk]}
    assert ask(client, **body, time_zone="Europe/Madrid").status_code == 202
    (message,) = send()
    assert message.subject == "Confirm your subscription to “Friday letter” and “Monday letter”"
    url = link_in(message, "confirm")
    html = client.get(url).content.decode()
    assert "Yes, on Mondays." in html
    assert set(Subscription.objects.values_list("state", flat=True)) == {State.PENDING}
    client.post(url, **OWN)
    friday, other = Subscription.objects.order_by("pk")
    assert (friday.state, other.state) == (State.CONFIRMED, State.CONFIRMED)
    assert (friday.reader, friday.time_zone) == (other.reader, "Europe/Madrid")
    assert [list(row.topics.all()) for row in (friday, other)] == [[topics[1]], []]
    assert other.consent_wording == "Yes, on Mondays."


def test_who_is_subscribed_stays_as_they_are_whoever_asks(client, mailing_list, topics, subscribe):
    row = subscribe(time_zone="Europe/Madrid", name="Ana")
    ask(client, topics=[topics[0].pk], time_zone="Asia/Tokyo", name="Eve")
    row.refresh_from_db()
    assert (row.topics.count(), row.time_zone, row.name) == (0, "Europe/Madrid", "Ana")


def test_only_what_waits_is_asked_about(client, mailing_list, monday, subscribe):
    subscribe()
    ask(client, lists=[mailing_list.pk, monday.pk])
    (message,) = send()
    assert message.subject == "Confirm your subscription to “Monday letter”"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"lists": [99]}, "list"),
        ({"lists": "x"}, "lists"),
        ({"lists": [{}]}, "lists"),
        ({"lists": [True]}, "lists"),
        ({"lists": list(range(1, 200))}, "lists"),
        ({"topics": [99]}, "topics"),
        ({"topics": [-1]}, "topics"),
        ({"choosing": "1"}, "lists"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": 7}, "time_zone"),
    ],
)
def test_bad_choices_name_their_field_and_store_nothing(client, mailing_list, body, field):
    response = ask(client, **body)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Subscription.objects.exists()


def test_topics_of_a_closed_list_are_as_unknown_as_none(client, mailing_list, monday):
    monday.is_open = False
    monday.save()
    topic = Topic.objects.create(mailing_list=monday, name="Art")
    assert ask(client, topics=[topic.pk]).json() == ask(client, topics=[topic.pk + 9]).json()


def test_the_block_offers_lists_and_topics_the_same_to_everybody(
    client, article, mailing_list, monday, topics
):
    article.body = [
        ("subscribe", {"mailing_list": mailing_list, "more_lists": [monday], "offer_topics": True})
    ]
    article.save_revision().publish()
    html = squeeze(client.get("/en/an-article/").content)
    assert html.count('type="checkbox" name="lists"') == 2
    assert html.count('type="checkbox" name="topics"') == 2
    assert "What would you like to get?</legend>" in html
    assert "Yes, on Mondays." in html
    assert "csrf" not in html
    assert "data-cx-time-zone" in html
    assert squeeze(Client(headers={"cookie": "cx_reader=x"}).get("/en/an-article/").content) == html


def test_the_form_gives_back_what_was_ticked(client, mailing_list, monday, topics):
    tag = Template(
        "{% load cx_feedback_newsletter %}"
        "{% cx_subscribe mailing_list=one more_lists=more offer_topics=True %}"
    )
    assert "Topics of “Friday letter”" in squeeze(
        tag.render(Context({"one": mailing_list, "more": [monday]}))
    )
    data = {
        "email": "ana@",
        "choosing": "1",
        "offered_lists": [mailing_list.pk, monday.pk],
        "offered_topics": "1",
        "lists": [monday.pk],
        "topics": [topics[0].pk],
        "time_zone": "",
        "lang": "en",
    }
    html = squeeze(client.post(FORM, data, **OWN).content)
    assert f'name="lists" value="{monday.pk}" data-cx-type="list" checked' in html
    assert f'name="lists" value="{mailing_list.pk}" data-cx-type="list">' in html
    assert f'name="topics" value="{topics[0].pk}" data-cx-type="list" checked' in html
    none = {k: v for k, v in data.items() if k not in ("lists", "topics")}
    html = squeeze(client.post(FORM, {**none, "email": "ana@example.org"}, **OWN).content)
    assert "Choose at least one list." in html
    assert client.post(FORM, {**data, "email": "ana@example.org"}, **OWN).status_code == 200
    assert Subscription.objects.count() == 2  # the topic brings its list
