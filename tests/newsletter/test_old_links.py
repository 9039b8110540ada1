"""Links of mails that were kept or forwarded: they show nothing and are no key to anything."""

import datetime

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import ConsentRecord, MailingList, Subscription
from cx_feedback.newsletter.rendering import signed_links
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy.person_requests import erase_person, export_person
from tests.conftest import FOREIGN, OWN
from tests.newsletter.conftest import link_in, send

pytestmark = pytest.mark.django_db
State = Subscription.State


@pytest.fixture
def stranger():
    """The browser of somebody to whom a mail was forwarded."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def forwarded(subscribe, rule):
    """A row of Ana's, and a mail of a rule to her."""
    row = subscribe(name="Ana Gil")
    MailingList.objects.create(name="Monday letter")
    rule()
    readers.record_act(reader=row.reader, kind="response")
    services.dispatch_follow_ups()
    (message,) = send()
    return row, message


def path(url):
    return url.removeprefix("http://localhost")


@pytest.mark.parametrize("word", ["unsubscribe", "preferences"])
def test_a_forwarded_mail_shows_nothing_and_leads_to_no_key(stranger, forwarded, word):
    row, message = forwarded
    url = link_in(message, word)
    pages = [stranger.get(url), stranger.post(url, {"send": "link"}, **OWN), stranger.get(url)]
    keys = path(signed_links.get_preferences_url(row.pk)).rpartition("/preferences/")[0]
    for page in pages:
        html = page.content.decode()
        assert page.status_code == 200
        assert "Ana Gil" not in html
        assert "ana@" not in html
        assert "Monday letter" not in html
        assert not page.cookies
        for found in [part.partition('"')[0] for part in html.split(f"{keys}/preferences/")[1:]]:
            shown = stranger.get(f"{keys}/preferences/{found}").content.decode()
            assert "Ana Gil" not in shown
            assert "Monday letter" not in shown


def test_a_link_of_a_mail_subscribes_nobody_again(stranger, forwarded):
    row, message = forwarded
    services.unsubscribe(subscription_id=row.pk)
    others = Subscription.objects.count()
    data = {"lists": [row.mailing_list_id], "name": "Eve", "lang": "en"}
    for word in ("preferences", "unsubscribe"):
        stranger.post(link_in(message, word), data, **OWN)
    row.refresh_from_db()
    assert (row.state, row.name) == (State.UNSUBSCRIBED, "Ana Gil")
    assert Subscription.objects.count() == others


def test_the_key_goes_to_the_mailbox_once_a_day(stranger, forwarded):
    row, message = forwarded
    url = link_in(message, "preferences")
    assert stranger.post(url, {"send": "link"}, **FOREIGN).status_code == 403
    assert not send()
    told = {stranger.post(url, {"send": "link"}, **OWN).content for _ in range(3)}
    assert len(told) == 1
    (mailed,) = send()
    assert mailed.to == [row.email]
    page = stranger.get(link_in(mailed, "preferences")).content.decode()
    assert "Ana Gil" in page
    assert "Monday letter" in page
    # It is the ledger that bounds it: asked again at the next day, another one goes out.
    Delivery.objects.filter(mailing__startswith="preferences:").update(mailing="preferences:then")
    assert services.send_preferences_link_to_subscriber(subscription_id=row.pk)


def test_no_key_goes_to_addresses_that_are_suppressed_or_unproved(mailing_list, subscribe):
    services.subscribe(email="eve@example.org")
    unproved = Subscription.objects.get(email="eve@example.org")
    stopped = subscribe("zoe@example.org")
    post_office.suppress_address(address=stopped.email)
    send()
    for row in (unproved, stopped):
        assert not services.send_preferences_link_to_subscriber(subscription_id=row.pk)
        services.send_preferences_link_to_address(email=row.email)
    assert not Delivery.objects.filter(mailing__startswith="preferences:").exists()


def test_everything_can_be_ended_by_an_old_link(stranger, forwarded):
    row, message = forwarded
    response = stranger.post(link_in(message, "preferences"), {"leave": "all"}, **OWN)
    assert response.status_code == 200
    row.refresh_from_db()
    assert row.state == State.UNSUBSCRIBED


def test_links_of_mails_never_expire_and_the_key_does(stranger, subscribe, monkeypatch):
    row = subscribe()
    key, old = (
        signed_links.get_preferences_url(row.pk),
        signed_links.get_preferences_request_url(row.pk),
    )
    later = timezone.now().timestamp() + 4 * signed_links.SECONDS_PER_DAY
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert stranger.get(path(key)).status_code == 400
    assert stranger.get(path(old)).status_code == 200


def test_a_link_that_confirmed_is_no_key_to_the_reader(client, stranger, mailing_list):
    services.subscribe(email="ana@example.org", name="Ana Gil")
    (message,) = send()
    url = link_in(message, "confirm")
    assert "cx_reader" in client.post(url, **OWN).cookies
    again = stranger.post(url, **OWN)
    assert again.status_code == 200
    assert not again.cookies
    assert stranger.get("/feedback/api/v1/me/").json() == {"known": False}
    assert Reader.objects.count() == 1


def test_a_link_from_before_the_end_confirms_nothing_that_is_asked_for_again(
    stranger, mailing_list, monkeypatch
):
    services.subscribe(email="ana@example.org")
    (message,) = send()
    url = link_in(message, "confirm")
    row = Subscription.objects.get()
    services.confirm_subscription(subscription_id=row.pk)
    services.unsubscribe(subscription_id=row.pk)
    later = timezone.now() + datetime.timedelta(minutes=10)
    Subscription.objects.update(unsubscribed_at=later)
    services.subscribe(email="ana@example.org")  # by whoever holds the mail
    response = stranger.post(url, **OWN)
    assert response.status_code == 400
    row.refresh_from_db()
    assert row.state == State.PENDING
    assert not response.cookies


def test_subscribing_again_keeps_the_earlier_proof(mailing_list):
    mailing_list.consent_wording = "Yes, on Fridays."
    mailing_list.save()
    services.subscribe(email="ana@example.org")
    row = services.confirm_subscription(subscription_id=Subscription.objects.get().pk)
    given = Subscription.objects.get().consent_at
    for wording in ("Yes, on Sundays.", "Yes, daily."):
        services.unsubscribe(subscription_id=row.pk)
        services.unsubscribe(subscription_id=row.pk)  # twice is once
        mailing_list.consent_wording = wording
        mailing_list.save()
        services.subscribe(email=row.email)
        services.confirm_subscription(subscription_id=row.pk)
    kept = ConsentRecord.objects.order_by("pk").values_list("wording", "given_at")
    assert kept[0] == ("Yes, on Fridays.", given)
    assert [wording for wording, _at in kept] == ["Yes, on Fridays.", "Yes, on Sundays."]
    told = export_person(email=row.email)["subscriptions"][0]
    assert told["consent"]["wording"] == "Yes, daily."
    assert [c["wording"] for c in told["earlier_consents"]] == [w for w, _at in kept]
    erase_person(email=row.email)
    assert not ConsentRecord.objects.exists()


def test_the_page_of_preferences_keeps_the_earlier_proof_too(client, subscribe):
    row = subscribe()
    services.unsubscribe(subscription_id=row.pk)
    data = {"lists": [row.mailing_list_id], "lang": "en"}
    client.post(path(signed_links.get_preferences_url(row.pk)), data, **OWN)
    row.refresh_from_db()
    assert (row.state, row.consent_source) == (State.CONFIRMED, "preferences")
    assert ConsentRecord.objects.get().source != "preferences"


def test_what_nobody_confirmed_is_deleted_with_the_mails_to_it(mailing_list, subscribe):
    left, kept = "eve@example.org", subscribe("ana@example.org")
    back = subscribe("zoe@example.org")
    wording = Subscription.objects.get(pk=back.pk).consent_wording
    services.unsubscribe(subscription_id=back.pk)
    for email in (left, "zoe@example.org"):
        services.subscribe(email=email, source="form")
    send()
    days = datetime.timedelta(days=30)
    assert services.delete_unconfirmed(now=timezone.now() + days / 2) == 0
    later = timezone.now() + days * 1.01
    assert services.delete_unconfirmed(now=later) == 2
    assert services.delete_unconfirmed(now=later) == 0
    rows = dict(Subscription.objects.values_list("email", "state"))
    assert rows == {kept.email: State.CONFIRMED, "zoe@example.org": State.UNSUBSCRIBED}
    assert Subscription.objects.get(pk=back.pk).consent_wording == wording
    assert not Delivery.objects.filter(address=left).exists()
