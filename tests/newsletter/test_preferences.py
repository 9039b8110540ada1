"""What comes, chosen by the link of a mail: without login, cookie or token."""

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import MailingList, Subscription, Topic
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.readers import services as readers
from tests.conftest import FOREIGN, OWN
from tests.newsletter.conftest import link_in, send

pytestmark = pytest.mark.django_db
ASK = "/feedback/newsletter/preferences/"
State = Subscription.State


@pytest.fixture
def monday(db):
    return MailingList.objects.create(name="Monday letter", consent_wording="Yes, on Mondays.")


@pytest.fixture
def strict():
    """A browser without cookies, before CSRF protection that is on."""
    return Client(enforce_csrf_checks=True)


def url_of(row):
    return signed_links.get_preferences_url(row.pk).removeprefix("http://localhost")


def saved(client, url, **data):
    response = client.post(url, {"lang": "en", **data}, **OWN)
    assert response.status_code == 303
    return client.get(response["Location"]).content.decode()


def test_the_link_stands_in_every_mail_beside_unsubscribing(strict, subscribe, rule):
    row = subscribe()
    rule()
    readers.record_act(reader=row.reader, kind="response")
    services.dispatch_follow_ups()
    (message,) = send()
    html = strict.get(link_in(message, "preferences")).content.decode()
    assert "a…@example.org" in html
    assert "ana@example.org" not in html


def test_a_get_changes_nothing_and_a_post_what_was_chosen(strict, mailing_list, monday, subscribe):
    art = Topic.objects.create(mailing_list=mailing_list, name="Art")
    Topic.objects.create(mailing_list=mailing_list, name="Food")
    row = subscribe(name="Ana")
    page = strict.get(url_of(row))
    assert page["Referrer-Policy"] == "same-origin"
    assert not page.cookies
    assert "Yes, on Mondays." in page.content.decode()
    html = saved(
        strict,
        url_of(row),
        lists=[mailing_list.pk, monday.pk],
        topics=[art.pk],
        name="Ana Gil",
        lang="es",
        time_zone="America/Lima",
    )
    assert "Guardado" in html
    row.refresh_from_db()
    assert (row.name, row.language, row.time_zone) == ("Ana Gil", "es", "America/Lima")
    assert list(row.topics.all()) == [art]
    other = Subscription.objects.get(mailing_list=monday)
    assert (other.state, other.email, other.consent_source) == (
        State.CONFIRMED, row.email, "preferences"
    )  # fmt: skip
    assert other.consent_wording == "Yes, on Mondays."
    assert other.reader == row.reader
    assert not send()  # the address was proved by the link: no second mail

    saved(strict, url_of(row), lists=[monday.pk])
    row.refresh_from_db()
    assert row.state == State.UNSUBSCRIBED
    assert Subscription.objects.get(mailing_list=monday).state == State.CONFIRMED


def test_leaving_everything_cancels_what_waits(strict, mailing_list, monday, subscribe, rule):
    rows = [subscribe(), subscribe(to=monday)]
    stranger = subscribe("zoe@example.org")
    rule()
    readers.record_act(reader=rows[0].reader, kind="response")
    services.dispatch_follow_ups()
    assert Delivery.objects.get().state == Delivery.State.PENDING
    saved(strict, url_of(rows[1]), leave="all", lists=[monday.pk])
    assert Delivery.objects.get().state == Delivery.State.CANCELLED
    states = Subscription.objects.values_list("email", "state")
    assert set(states) == {
        ("ana@example.org", State.UNSUBSCRIBED),
        (stranger.email, State.CONFIRMED),
    }


def test_one_click_stops_what_waits_and_what_was_claimed(strict, subscribe, rule):
    row = subscribe()
    rule()
    readers.record_act(reader=row.reader, kind="response")
    services.dispatch_follow_ups()
    url = signed_links.get_unsubscribe_url(row.pk).removeprefix("http://localhost")
    one_click = {"data": "List-Unsubscribe=One-Click"}
    form = "application/x-www-form-urlencoded"
    assert strict.post(url, **one_click, content_type=form).status_code == 200
    assert Delivery.objects.get().state == Delivery.State.CANCELLED
    # Claimed a moment before: sending looks once more.
    Delivery.objects.update(state=Delivery.State.PENDING, error="")
    assert post_office.send_due().sent == 0
    assert not mail.outbox


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"lists": ["99"]}, "There is no such list."),
        ({"topics": ["99"]}, "There is no such topic."),
        ({"lists": ["x"]}, "There is no such list."),
        ({"name": "x" * 81}, "At most 80 characters."),
        ({"name": "Ana\r\nBcc: eve@example.org"}, "Line breaks"),
        ({"lang": "tlh"}, "There is no such language."),
        ({"time_zone": "Mars/Olympus"}, "There is no such time zone."),
    ],
)
def test_bad_input_changes_nothing_and_gives_the_words_back(strict, subscribe, data, field):
    row = subscribe(name="Ana", time_zone="Europe/Madrid")
    response = strict.post(url_of(row), {"name": "Zoë", "lists": [], **data}, **OWN)
    assert response.status_code == 400
    html = response.content.decode()
    assert field in html
    assert 'value="Zoë"' in html or "name" in data
    row.refresh_from_db()
    assert (row.state, row.name, row.time_zone) == (State.CONFIRMED, "Ana", "Europe/Madrid")


def test_a_link_for_one_thing_is_good_for_no_other(strict, subscribe):
    row = subscribe()
    urls = [signed_links.get_confirm_url([row.pk], 1), signed_links.get_preferences_url(row.pk),
            signed_links.get_unsubscribe_url(row.pk)]  # fmt: skip
    paths, tokens = zip(*(url.rstrip("/").rsplit("/", 1) for url in urls), strict=True)
    for path in paths:
        for token in tokens:
            address = f"{path}/{token}/".removeprefix("http://localhost")
            right = f"{path}/{token}/" in [url if url.endswith("/") else f"{url}/" for url in urls]
            assert (strict.get(address).status_code == 200) is right, address


def test_a_changed_expired_or_foreign_post_says_so(strict, subscribe, monkeypatch):
    row = subscribe()
    url = url_of(row)
    for wrong in (
        url[:-3] + "xx/",
        signed_links.get_unsubscribe_url(row.pk).replace("unsub", "x")[16:],
    ):
        assert strict.post(wrong, {"leave": "all"}, **OWN).status_code in (400, 404)
    assert strict.post(url, {"leave": "all"}, **FOREIGN).status_code == 403
    later = timezone.now().timestamp() + 181 * signed_links.SECONDS_PER_DAY
    monkeypatch.setattr(signing.time, "time", lambda: later)
    response = strict.post(url, {"leave": "all"}, **OWN)
    assert response.status_code == 400
    assert "Request a new one" in response.content.decode()
    assert "Send me the link" in response.content.decode()
    row.refresh_from_db()
    assert row.state == State.CONFIRMED


def test_a_new_link_is_asked_for_with_one_answer_for_every_address(strict, subscribe):
    subscribe()
    data = {"lang": "en"}
    known = strict.post(ASK, {**data, "email": "Ana@example.org"}, **OWN)
    unknown = strict.post(ASK, {**data, "email": "eve@example.org"}, **OWN)
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 200
    assert not mail.outbox  # nothing goes out while the reader waits
    strict.post(ASK, {**data, "email": "ana@example.org"}, **OWN)
    (message,) = send()  # and one only
    assert message.to == ["ana@example.org"]
    assert strict.get(link_in(message, "preferences")).status_code == 200


def test_a_new_link_is_refused_to_other_sites_traps_and_nonsense(strict, subscribe):
    subscribe()
    assert strict.get(ASK).status_code == 200
    assert strict.post(ASK, {"email": "ana@example.org"}, **FOREIGN).status_code == 403
    assert strict.post(ASK, {"email": "ana@example.org", "website": "x"}, **OWN).status_code == 200
    response = strict.post(ASK, {"email": "ana@", "lang": "en"}, **OWN)
    assert response.status_code == 400
    assert "This is not a valid email address." in response.content.decode()
    assert not Delivery.objects.exists()


def test_a_stopped_address_is_told(strict, subscribe):
    row = subscribe()
    post_office.suppress_address(address=row.email)
    assert "sending email to this address" in strict.get(url_of(row)).content.decode()
