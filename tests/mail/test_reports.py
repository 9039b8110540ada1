"""What providers' webhooks tell, and readers' clicks: signed, kept once, never an open redirect."""

import base64
import datetime
import hashlib
import hmac
import json
from types import SimpleNamespace

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from cx_feedback.core import signals
from cx_feedback.core.privacy.lookups import Person
from cx_feedback.mail import personal, services
from cx_feedback.mail.anymail_events import handle_event
from cx_feedback.mail.messages import tracked_links
from cx_feedback.mail.models import Delivery, MailReport, Suppression
from cx_feedback.mail.services import ProviderEvent, Recipient
from cx_feedback.mail.services.provider_events import MATCH_PERIOD
from tests.urls import urlpatterns as urls_of_the_site

pytestmark = pytest.mark.django_db
BASE = "http://localhost"

try:
    from anymail.webhooks.mailgun import MailgunTrackingWebhookView
    from anymail.webhooks.postmark import PostmarkTrackingWebhookView
except ImportError:  # optional: a site without it has no webhooks
    MailgunTrackingWebhookView = PostmarkTrackingWebhookView = None
needs_anymail = pytest.mark.skipif(MailgunTrackingWebhookView is None, reason="no django-anymail")

if MailgunTrackingWebhookView:
    urlpatterns = [
        path("mailgun/", MailgunTrackingWebhookView.as_view()),
        path("postmark/", PostmarkTrackingWebhookView.as_view()),
        *urls_of_the_site,
    ]


@pytest.fixture(autouse=True)
def _nobody_else_sends(monkeypatch):
    monkeypatch.setattr("cx_feedback.mail.services.queueing._nudge_sending", lambda: None)


@pytest.fixture
def delivery(home):
    message = services.create_message(subject="Hello", text="Hello")
    services.queue_mailing(
        message=message, mailing="series:1", recipients=[Recipient("7", "ana@example.org")]
    )
    services.send_due()
    return Delivery.objects.get()


@pytest.fixture
def heard():
    """What other rooms are told."""
    found = []

    def hear(sender, **kwargs):
        found.append((kwargs["mailing"], kwargs["recipient_key"], kwargs["event"]))

    signals.mail_reported.connect(hear)
    yield found
    signals.mail_reported.disconnect(hear)


@pytest.fixture
def webhooks(settings):
    settings.ROOT_URLCONF = __name__
    settings.ANYMAIL = {
        "MAILGUN_WEBHOOK_SIGNING_KEY": "a-key",
        "WEBHOOK_SECRET": "provider:secret",
    }
    return Client(enforce_csrf_checks=True)


def mailgun(client, event, *, message_id, key=b"a-key", secret="provider:secret", **more):
    stamp, token = str(int(timezone.now().timestamp())), "t" * 50
    signed = hmac.new(key, f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "signature": {"timestamp": stamp, "token": token, "signature": signed},
        "event-data": {
            "event": event,
            "timestamp": 1800000000,
            "recipient": "ana@example.org",
            "message": {"headers": {"message-id": message_id}},
            **more,
        },
    }
    return client.post(
        "/mailgun/",
        json.dumps(data),
        content_type="application/json",
        headers={"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"},
    )


@needs_anymail
def test_a_webhook_with_a_wrong_signature_is_refused(webhooks, delivery):
    bounce = {"severity": "permanent", "reason": "bounce", "message_id": delivery.message_id_local}
    assert mailgun(webhooks, "failed", key=b"another", **bounce).status_code == 400
    assert mailgun(webhooks, "failed", secret="provider:no", **bounce).status_code == 400
    assert webhooks.post("/mailgun/", "{", content_type="application/json").status_code == 400
    assert not MailReport.objects.exists()
    assert not Suppression.objects.exists()


@needs_anymail
def test_a_bounce_for_good_is_kept_once_and_suppressed(webhooks, delivery, heard):
    told = {
        "message_id": f"{delivery.message_id_local}@example.org",
        "severity": "permanent",
        "reason": "bounce",
        "id": "event-1",
        "delivery-status": {"message": "550 5.1.1 No such user"},
    }
    for _ in range(2):
        assert mailgun(webhooks, "failed", **told).status_code == 200
    row = MailReport.objects.get()
    assert (row.delivery, row.kind, row.permanent) == (delivery, "bounced", True)
    assert Suppression.objects.get().reason == Suppression.Reason.BOUNCED
    assert heard == [("series:1", "7", "bounced")]


@needs_anymail
def test_replaying_an_old_bounce_suppresses_nobody_again(webhooks, delivery):
    told = {"message_id": delivery.message_id_local, "severity": "permanent", "reason": "bounce"}
    mailgun(webhooks, "failed", **told)
    services.lift_suppression(address="ana@example.org")
    mailgun(webhooks, "failed", **told)
    assert not Suppression.objects.exists()


@needs_anymail
@pytest.mark.parametrize(
    ("event", "more", "kind", "suppressed", "told"),
    [
        ("delivered", {}, "delivered", None, []),
        ("failed", {"severity": "temporary"}, "deferred", None, []),
        ("complained", {}, "complained", "complained", ["complained"]),
        ("unsubscribed", {}, "unsubscribed", None, ["unsubscribed"]),
        ("clicked", {"url": "https://x.example/"}, "clicked", None, []),
        ("opened", {}, None, None, []),
        ("accepted", {}, None, None, []),
    ],
)
def test_events_by_kind(webhooks, delivery, heard, event, more, kind, suppressed, told):
    mailgun(webhooks, event, message_id=delivery.message_id_local, **more)
    assert [row.kind for row in MailReport.objects.all()] == ([kind] if kind else [])
    assert [row.reason for row in Suppression.objects.all()] == ([suppressed] if suppressed else [])
    assert [event for _mailing, _key, event in heard] == told


@needs_anymail
def test_opens_count_where_the_site_says_so(webhooks, delivery, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "MAIL_COUNT_OPENS": True}
    mailgun(webhooks, "opened", message_id=delivery.message_id_local)
    assert MailReport.objects.get().kind == "opened"


@needs_anymail
def test_a_soft_bounce_suppresses_nobody(webhooks, delivery):
    Delivery.objects.update(provider_id="abc-1")
    said = {
        "RecordType": "Bounce", "Type": "SoftBounce", "ID": 1, "MessageID": "abc-1",
        "Email": "ana@example.org", "BouncedAt": "2026-11-01T10:00:00Z", "Description": "full",
    }  # fmt: skip
    secret = base64.b64encode(b"provider:secret").decode()
    for kind in ("SoftBounce", "HardBounce"):
        response = webhooks.post(
            "/postmark/",
            json.dumps({**said, "Type": kind, "ID": kind}),
            content_type="application/json",
            headers={"Authorization": f"Basic {secret}"},
        )
        assert response.status_code == 200
        assert Suppression.objects.exists() is (kind == "HardBounce")
    assert set(MailReport.objects.values_list("delivery", flat=True)) == {delivery.pk}


SAID_BY_PROVIDERS = [
    ({"Type": "SoftBounce"}, {"Type": "HardBounce"}),
    ({"bounce": {"bounceType": "Transient"}}, {"bounce": {"bounceType": "Permanent"}}),
    ({"bounce": {"bounceType": "Undetermined"}}, {"bounce": "Transient"}),
    ({"data": {"bounce": {"type": "Transient"}}}, {"data": {"bounce": {"type": "Permanent"}}}),
    ({"data": {"type": "soft_bounced"}}, {"data": {"type": "hard_bounced"}}),
    ({"event": "soft_bounce"}, {"event": "hard_bounce"}),
    ({"event": "bounce", "hard_bounce": False}, {"event": "bounce", "hard_bounce": True}),
    ({"event": "soft_bounce", "data": None}, ["no dictionary"]),
    ({"Type": "SoftBounce", "bounce": 7}, {"Type": 7}),
]


@pytest.mark.parametrize(("soft", "hard"), SAID_BY_PROVIDERS)
def test_a_bounce_that_its_provider_calls_temporary_suppresses_nobody(delivery, soft, hard):
    Delivery.objects.update(provider_id="abc-1")
    for number, said in enumerate((soft, hard)):
        event = SimpleNamespace(
            event_type="bounced", reject_reason="bounced", description="", mta_response="",
            message_id="abc-1", recipient="ana@example.org", timestamp=timezone.now(),
            event_id=f"{number}", click_url="", esp_event=said,
        )  # fmt: skip
        handle_event(None, event, "Provider")
        assert Suppression.objects.exists() is (said is hard)


def test_a_report_that_comes_before_its_message_finds_it(delivery, heard):
    told = ProviderEvent(
        kind="complained", provider_id="abc-2", recipient="zoe@example.org", event_id="1"
    )
    assert services.record_provider_event(told)
    assert not services.record_provider_event(told)
    assert MailReport.objects.get().delivery is None
    assert Suppression.objects.get().address == "zoe@example.org"
    assert services.match_reports() == 0
    Delivery.objects.update(provider_id="abc-2")
    assert (
        services.match_reports(now=timezone.now() + MATCH_PERIOD + datetime.timedelta(hours=1)) == 0
    )
    assert services.match_reports() == 1
    assert services.match_reports() == 0
    assert heard == [("series:1", "7", "complained")]


def test_a_made_up_message_id_names_nothing(delivery):
    services.record_provider_event(
        ProviderEvent(kind="delivered", provider_id=f"cx-{delivery.pk}-{'0' * 20}@x")
    )
    assert MailReport.objects.get().delivery is None


@pytest.mark.parametrize("provider_id", ["", "abc-3"])
def test_the_providers_name_is_kept(delivery, monkeypatch, provider_id):
    from types import SimpleNamespace

    from django.core.mail.backends.locmem import EmailBackend

    def send(self, messages):
        messages[0].anymail_status = SimpleNamespace(message_id=provider_id or None)
        return 1

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    message = services.create_message(subject="Hello", text="Hello")
    services.queue_mailing(
        message=message,
        mailing="series:2",
        recipients=[Recipient(str(n), f"r{n}@example.org") for n in range(3)],
    )
    assert services.send_due(commit_size=2).sent == 3
    rows = Delivery.objects.filter(mailing="series:2")
    assert set(rows.values_list("state", "provider_id")) == {("sent", provider_id)}


# Clicks.


def link(delivery, url=f"{BASE}/an-article/"):
    return (
        tracked_links.build_click_url(url, BASE)
        .replace("{cx_mail}", delivery.reference)
        .removeprefix(BASE)
    )


def test_a_click_leads_to_the_page_and_counts_once(client, delivery):
    for _ in range(2):
        response = client.get(link(delivery))
        assert response.status_code == 302
        assert response["Location"] == f"{BASE}/an-article/"
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies
    row = MailReport.objects.get()
    assert (row.kind, row.delivery, row.url) == ("clicked", delivery, f"{BASE}/an-article/")


def test_who_wants_no_tracking_and_who_only_looks_are_not_counted(client, delivery):
    assert client.get(link(delivery), headers={"Sec-GPC": "1"}).status_code == 302
    assert client.head(link(delivery)).status_code == 302
    assert client.post(link(delivery)).status_code == 405
    assert not MailReport.objects.exists()


def test_a_link_that_was_tampered_with_is_refused(client, delivery):
    good = link(delivery)
    evil = base64.urlsafe_b64encode(b"https://evil.example/").decode().rstrip("=")
    token = good.rstrip("/").rpartition("/")[2]
    signature = token.rpartition(":")[2]
    other = Signer(salt="cx_feedback.newsletter.unsubscribe").sign(evil)
    foreign = link(delivery, "https://evil.example/")  # signed by us, yet no page of ours
    for url in (
        good.replace(token, f"{evil}:{signature}"),
        good.replace(token, other),
        good.replace(token, evil),
        good.replace(signature, signature[:-1] + ("A" if signature[-1] != "A" else "B")),
        good.replace(delivery.reference, f"{delivery.pk}-{'0' * 20}"),
        good.replace(delivery.reference, "x"),
        foreign,
        link(delivery, "javascript:alert(1)"),
        link(delivery, "//evil.example/"),
        link(delivery, f"{BASE}@evil.example/"),
        link(delivery, "http://[broken/"),
    ):
        response = client.get(url)
        assert response.status_code == 400, url
        assert "Location" not in response
        assert "link was changed" in response.content.decode()
    assert not MailReport.objects.exists()


def test_the_link_of_an_erased_mail_still_leads_to_the_page(client, delivery):
    url = link(delivery)
    Delivery.objects.all().delete()
    assert client.get(url).status_code == 302
    assert not MailReport.objects.exists()


def test_only_links_to_this_site_are_counted(home):
    html = (
        f'<a class="b" href="{BASE}/a/?x=1&amp;y=2#c">1</a> <a href="https://other.example/">2</a> '
        f'<a href="{{unsubscribe_url}}">3</a> <link href="{BASE}/style.css"> '
        f'<a href="mailto:a@b.c">4</a>'
    )
    counted = tracked_links.add_click_tracking(html, base=BASE)
    assert counted == tracked_links.add_click_tracking(html, base=BASE)  # the same letter
    assert counted.count("/mail/go/{cx_mail}/") == 1
    token = counted.partition("{cx_mail}/")[2].partition("/")[0]
    assert tracked_links.read_click_token(token) == f"{BASE}/a/?x=1&y=2#c"
    assert 'href="https://other.example/"' in counted
    assert 'href="{unsubscribe_url}"' in counted
    assert f'<link href="{BASE}/style.css">' in counted


def test_opens_are_counted_only_where_the_site_says_so(client, delivery, settings):
    html = tracked_links.add_open_tracking("<html><body>Hello</body></html>", base=BASE)
    src = html.partition('src="')[2].partition('"')[0].removeprefix(BASE)
    url = src.replace("{cx_mail}", delivery.reference)
    assert client.get(url)["Content-Type"] == "image/gif"
    assert not MailReport.objects.exists()
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "MAIL_COUNT_OPENS": True}
    client.get(url)
    client.get(url)
    client.get(reverse("cx_feedback:mail-open", args=["1-" + "0" * 20]))
    assert MailReport.objects.get().kind == "opened"


def test_a_person_takes_their_reports_along(delivery):
    services.record_reader_event(reference=delivery.reference, kind="clicked", url=BASE)
    personal.erase_deliveries(Person("ana@example.org"))
    assert not MailReport.objects.exists()
