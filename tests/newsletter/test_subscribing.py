"""Double opt-in by mail, unsubscribing by one click, and answers that tell nobody anything."""

import datetime

import pytest
from django.core import mail, signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.readers.models import Activity, Reader
from cx_feedback.readers.privacy.person_requests import export_person
from cx_feedback.readers.services import erase_person
from tests.conftest import FOREIGN, OWN
from tests.newsletter.conftest import link_in, send

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/subscriptions/"
FORM = "/feedback/newsletter/subscribe/"
State = Subscription.State


def ask(client, email="ana@example.org", **body):
    headers = body.pop("headers", OWN)
    return client.post(API, {"email": email, **body}, content_type="application/json", **headers)


def test_the_whole_way(client, mailing_list, article):
    response = ask(client, "Ana@Example.org", page=article.pk, lang="es")
    assert (response.status_code, response.json()) == (202, {"state": "pending"})
    assert not Reader.objects.exists()
    row = Subscription.objects.get()
    assert (row.email, row.state, row.language) == ("ana@example.org", State.PENDING, "es")
    assert "Friday letter" in row.consent_wording
    assert len(row.consent_version) == 12
    assert (row.consent_page_id, row.consent_source) == (article.pk, "rest")

    (message,) = send()
    assert message.to == ["ana@example.org"]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = link_in(message, "confirm")
    page = client.get(url)
    html = page.content.decode()
    assert "a…@example.org" in html
    assert html.index(row.consent_wording) < html.index("<button>")  # before what agrees to it
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    row.refresh_from_db()
    assert row.state == State.PENDING  # a GET never confirms

    response = client.post(url, **OWN)
    row.refresh_from_db()
    assert row.state == State.CONFIRMED
    assert row.reader.email == "ana@example.org"
    assert response.cookies["cx_reader"].value == row.reader.key.hex
    activity = Activity.objects.get()
    assert (activity.kind, activity.object_id) == ("subscription", row.pk)
    assert (activity.page_id, activity.detail) == (article.pk, {"list": mailing_list.pk})
    client.post(url, **OWN)
    assert Activity.objects.count() == 1


def test_who_asked_does_not_become_the_owner_of_the_address(client, mailing_list):
    """Somebody who types another's address must not be that person after the confirmation."""
    client.patch("/feedback/api/v1/me/", {"visits": True}, content_type="application/json", **OWN)
    stranger = Reader.objects.get()
    ask(client)
    (message,) = send()
    Client().post(link_in(message, "confirm"), **OWN)
    row = Subscription.objects.get()
    assert row.reader != stranger
    stranger.refresh_from_db()
    assert stranger.email is None


def test_a_second_device_finds_the_same_reader(client, mailing_list, subscribe):
    first = subscribe()
    other = MailingList.objects.create(name="Monday letter")
    ask(client, list=other.pk)
    (message,) = send()
    client.post(link_in(message, "confirm"), **OWN)
    assert Subscription.objects.get(mailing_list=other).reader == first.reader
    assert Reader.objects.count() == 1


def test_answers_do_not_tell_whether_an_address_is_known(client, mailing_list, subscribe):
    subscribe()
    known, unknown = ask(client), ask(client, "zoe@example.org")
    assert known.status_code == unknown.status_code
    assert known.content == unknown.content
    subjects = {m.to[0]: m.subject for m in send()}
    assert subjects["ana@example.org"] == "You already receive “Friday letter”"
    assert subjects["zoe@example.org"] == "Confirm your subscription to “Friday letter”"
    row = Subscription.objects.get(email="ana@example.org")
    assert row.state == State.CONFIRMED


def test_nobody_floods_a_mailbox(client, mailing_list, settings):
    for _ in range(5):
        assert ask(client).status_code == 202
    assert len(send()) == 1
    # Later, and for other lists: a handful a day in all.
    for n in range(9):
        Delivery.objects.update(created_at=timezone.now() - datetime.timedelta(hours=1))
        ask(client, list=MailingList.objects.create(name=f"List {n}").pk)
    assert len(send()) == 3
    Delivery.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    ask(client)
    assert len(send()) == 1


def test_rate_by_address_of_the_client(client, mailing_list, settings):
    settings.CX_FEEDBACK = {"RATES": {"mail": "2/h"}}
    cache.clear()
    assert [ask(client, f"a{n}@example.org").status_code for n in range(3)] == [202, 202, 429]


def test_the_trap_catches_programs_without_a_word(client, mailing_list):
    assert ask(client, website="https://spam.example").status_code == 202
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": 7}, "email"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "email"),
        ({"email": "x" * 65 + "@example.org"}, "email"),
        ({"list": 99}, "list"),
        ({"list": "x"}, "list"),
        ({"list": True}, "list"),
        ({"page": 99999}, "page"),
        ({"name": "x" * 81}, "name"),
        ({"name": "Ana\r\nBcc: x"}, "name"),
    ],
)
def test_bad_input_names_the_field_and_stores_nothing(client, mailing_list, body, field):
    response = ask(client, **{"email": "ana@example.org", **body})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [field]
    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()


def test_closed_lists_and_other_sites_are_refused(client, mailing_list):
    assert ask(client, headers=FOREIGN).status_code == 403
    mailing_list.is_open = False
    mailing_list.save()
    assert list(ask(client, list=mailing_list.pk).json()["errors"]) == ["list"]
    assert not Subscription.objects.exists()


def test_by_plain_form(client, mailing_list, article):
    data = {"email": "ana@example.org", "page": article.pk, "list": mailing_list.pk, "lang": "es"}
    response = client.post(FORM, data, **OWN)
    assert response.status_code == 303
    assert response["Location"] == "/en/an-article/#cx-subscribe-thanks"
    assert Subscription.objects.get().consent_source == "form"
    assert client.post(FORM, {"email": "zoe@example.org"}, **OWN).status_code == 200
    response = client.post(FORM, {**data, "email": "ana@", "lang": "en"}, **OWN)
    html = response.content.decode()
    assert response.status_code == 400
    assert 'value="ana@"' in html
    assert "This is not a valid email address." in html
    assert f'name="page" value="{article.pk}"' in html


def test_a_changed_or_expired_link_says_so(client, mailing_list):
    ask(client)
    (message,) = send()
    url = link_in(message, "confirm")
    assert client.post(url[:-3] + "xx/", **OWN).status_code == 400
    row = Subscription.objects.get()
    token = signing.TimestampSigner(salt="cx_feedback.newsletter.unsubscribe").sign(str(row.pk))
    assert client.get(f"/feedback/newsletter/confirm/{token}/").status_code == 400
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            signing.time,
            "time",
            lambda: timezone.now().timestamp() + 8 * signed_links.SECONDS_PER_DAY,
        )
        response = client.post(url, **OWN)
    assert response.status_code == 400
    html = response.content.decode()
    assert "This link does not work" in html
    assert "expired" in html
    # They wrote nothing that they could go back to.
    assert "Go back" not in html
    assert 'href="/"' in html
    row.refresh_from_db()
    assert row.state == State.PENDING
    assert client.post(url, **FOREIGN).status_code == 403


def test_unsubscribing_needs_a_press_and_no_cookie(mailing_list, subscribe):
    row = subscribe()
    url = signed_links.get_unsubscribe_url(row.pk).removeprefix("http://localhost")
    client = Client(enforce_csrf_checks=True)
    assert "Unsubscribe from" in client.get(url).content.decode()
    row.refresh_from_db()
    assert row.state == State.CONFIRMED
    for _ in range(2):
        # RFC 8058: a mailbox provider's server, no cookie, no origin.
        response = client.post(
            url,
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )
        assert response.status_code == 200
    row.refresh_from_db()
    assert row.state == State.UNSUBSCRIBED
    assert row.unsubscribed_at
    assert client.post(url[:-2] + "x/").status_code == 400


def test_an_old_link_does_not_bring_back_who_left(client, mailing_list):
    ask(client)
    (message,) = send()
    row = Subscription.objects.get()
    client.post(link_in(message, "confirm"), **OWN)
    services.unsubscribe(subscription_id=row.pk)
    response = client.post(link_in(message, "confirm"), **OWN)
    assert response.status_code == 400
    row.refresh_from_db()
    assert row.state == State.UNSUBSCRIBED
    Delivery.objects.update(created_at=timezone.now() - datetime.timedelta(hours=1))
    ask(client)
    (message,) = send()
    client.post(link_in(message, "confirm"), **OWN)
    row.refresh_from_db()
    assert row.state == State.CONFIRMED


def test_proof_of_consent_is_exported_and_goes_with_the_person(mailing_list, subscribe):
    row = subscribe(consent_wording="Yes, please.", consent_source="form")
    found = export_person(email="ana@example.org")["subscriptions"]
    assert found[0]["consent"]["wording"] == "Yes, please."
    assert erase_person(email="ana@example.org")["subscriptions"] == 1
    with pytest.raises(InvalidInput):
        services.unsubscribe(subscription_id=row.pk)
    assert not Subscription.objects.exists()


def test_the_block_is_the_same_for_every_reader(
    client, article, mailing_list, django_assert_max_num_queries
):
    article.body = [("text", "x")]
    article.save_revision().publish()
    with_none = _queries(client)
    article.body = [("subscribe", {"heading": "", "text": "", "mailing_list": mailing_list})]
    article.save_revision().publish()
    html = client.get("/en/an-article/").content.decode()
    assert "Friday letter" in html
    assert "One article a week." in html
    assert "csrf" not in html
    assert Client(headers={"cookie": "cx_reader=x"}).get("/en/an-article/").content.decode() == html
    assert _queries(client) <= with_none + 1


def _queries(client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/en/an-article/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/an-article/")
    return len(queries)


def test_the_block_and_the_tag_without_a_list_show_nothing(client, article, rf):
    from django.template import Context, Template

    article.body = [("subscribe", {})]
    article.save_revision().publish()
    assert "<form" not in client.get("/en/an-article/").content.decode().partition("cx-consent")[0]
    tag = Template("{% load cx_feedback_newsletter %}{% cx_subscribe heading='Stay' %}")
    assert "<form" not in tag.render(Context({}))
    MailingList.objects.create(name="Friday letter")
    assert "<h2>Stay</h2>" in tag.render(Context({}))


def test_messages_sent_never_hold_two_addresses(client, mailing_list):
    ask(client)
    ask(client, "zoe@example.org")
    post_office.send_due()
    assert sorted(m.to for m in mail.outbox) == [["ana@example.org"], ["zoe@example.org"]]


def test_an_internationalised_domain_is_one_address_however_written(client, mailing_list):
    for written in ("ana@Straße.example", "ANA@xn--strae-oqa.example", "ana@STRASSE.example"):
        assert ask(client, written).status_code == 202
    assert set(Subscription.objects.values_list("email", flat=True)) == {
        "ana@xn--strae-oqa.example",
        "ana@strasse.example",
    }


@pytest.mark.parametrize(
    "address",
    [
        "ñandú@example.org",
        "ana@" + "ñ" * 64 + ".org",
        "ana@" + "a." * 130 + "org",
        "ana@－.org",
        # Short enough as written, too long in ASCII.
        "x" * 55 + "@" + ".".join(["ñúéáó" * 7] * 5) + ".org",
    ],
)
def test_addresses_that_no_mail_reaches_are_refused(client, mailing_list, address):
    response = ask(client, address)
    assert list(response.json()["errors"]) == ["email"]
    assert not Subscription.objects.exists()
