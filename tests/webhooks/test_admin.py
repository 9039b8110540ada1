"""Making, changing, testing and removing webhooks in the admin."""

import re
from html import unescape

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from cx_feedback.webhooks import services
from cx_feedback.webhooks.models import Endpoint, EndpointSecret, EventDelivery
from tests.permissions.conftest import find_permissions

pytestmark = pytest.mark.django_db
LIST = "/admin/cx-feedback/webhooks/"
FORM = {"name": "Shop", "url": "https://example.com/hook", "events": ["comment.created"]}


@pytest.fixture
def admin(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def endpoint(make_endpoint):
    return make_endpoint()[0]


def log_of(endpoint):
    return f"{LIST}log/{endpoint.pk}/"


def test_the_secret_is_shown_once(admin, owner):
    response = admin.post(f"{LIST}new/", FORM)
    assert "no-store" in response["Cache-Control"]
    [secret] = set(re.findall(r"whsec_[\w+/=]{44}", response.content.decode()))
    endpoint = Endpoint.objects.get()
    assert (endpoint.owner, endpoint.events) == (owner, ["comment.created"])
    assert (endpoint.active, endpoint.with_texts) == (True, False)
    [entry] = ModelLogEntry.objects.all()
    assert entry.action == "cx_feedback.webhooks.create"
    assert entry.data["url"] == FORM["url"]
    paths = (LIST, log_of(endpoint), f"{LIST}edit/{endpoint.pk}/", "/admin/reports/site-history/")
    for path in paths:
        page = admin.get(path).content.decode()
        assert "Shop" in page, path
        assert secret not in page, path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://example.com/"}, "Must begin with https://"),
        ({"url": "https://10.0.0.1/"}, "This address is not a public one."),
        ({"url": "https://0x7f.1/"}, "This address is not a public one."),
        ({"url": "https://testserver/x"}, "This is the site itself."),
        ({"url": "nonsense"}, "Must be an address such as"),
        ({"events": []}, "This field is required."),
        ({"events": ["comment.exploded"]}, "is not one of the available choices."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_wrong_input_is_explained_and_stores_nothing(admin, change, words):
    Site.objects.update(hostname="testserver", port=443)
    response = admin.post(f"{LIST}new/", FORM | change)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert Endpoint.objects.count() == 0


def test_a_second_webhook_with_the_address_of_the_first_is_refused_by_its_field(admin):
    admin.post(f"{LIST}new/", FORM)
    again = admin.post(f"{LIST}new/", FORM)
    assert "has this address: change that one." in unescape(again.content.decode())
    admin.post(f"{LIST}new/", {**FORM, "url": "https://example.com/other"})
    first, second = Endpoint.objects.order_by("pk")
    html = admin.get(f"{LIST}edit/{second.pk}/").content.decode()
    [version] = re.findall(r'name="cx-version" value="([^"]*)"', html)
    form = {**FORM, "active": "on", "cx-version": unescape(version)}
    changed = admin.post(f"{LIST}edit/{second.pk}/", form)
    words = f"Your webhook {first.pk}, “Shop”, has this address"
    assert words in unescape(changed.content.decode())
    assert Endpoint.objects.filter(url=FORM["url"]).count() == 1


def test_who_changes_a_webhook_answers_for_it(admin, endpoint, django_user_model):
    other = django_user_model.objects.create_superuser("other", "other@example.org", "x")
    Endpoint.objects.update(owner=other)
    html = admin.get(f"{LIST}edit/{endpoint.pk}/").content.decode()
    [version] = re.findall(r'name="cx-version" value="([^"]*)"', html)
    form = {**FORM, "name": "Store", "with_texts": "on", "active": "on"}
    response = admin.post(f"{LIST}edit/{endpoint.pk}/", {**form, "cx-version": unescape(version)})
    assert response.status_code == 302, response.content.decode()
    changed = Endpoint.objects.get()
    assert (changed.name, changed.url) == ("Store", FORM["url"])
    assert changed.owner.username == "maker"
    assert changed.with_texts


def test_a_test_is_sent_and_its_outcome_shown(
    admin, endpoint, receiver, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = admin.post(log_of(endpoint), {"do": "test"}, follow=True)
    assert "The test is on its way." in response.content.decode()
    assert len(receiver.requests) == 1
    html = admin.get(log_of(endpoint)).content.decode()
    assert "Delivered (204)" in html
    assert "webhook.test" in html


def test_what_failed_is_shown_and_sent_again(admin, endpoint, receiver, send_all):
    event = services.send_test(endpoint_id=endpoint.pk)
    receiver.status = 503
    send_all()
    html = admin.get(log_of(endpoint)).content.decode()
    assert "Answered with an error (503)" in html
    assert "Answered with an error (503)" in admin.get(LIST).content.decode()
    receiver.status = 200
    admin.post(log_of(endpoint), {"do": "again", "event": event.pk})
    send_all()
    event.refresh_from_db()
    assert event.state == EventDelivery.State.DELIVERED


@pytest.mark.parametrize("number", ["", "x", "٣", "9" * 30, "999999"])
def test_an_unknown_event_is_not_sent_again(admin, endpoint, number):
    response = admin.post(log_of(endpoint), {"do": "again", "event": number}, follow=True)
    assert "cannot be sent again" in response.content.decode()


def test_events_of_another_webhook_are_not_sent_again_by_this_one(admin, make_endpoint):
    mine, _secret = make_endpoint()
    other, _secret = make_endpoint()
    event = services.send_test(endpoint_id=other.pk)
    EventDelivery.objects.update(state="failed")
    admin.post(log_of(mine), {"do": "again", "event": event.pk})
    event.refresh_from_db()
    assert event.state == "failed"


def test_a_new_secret_is_shown_once_and_the_old_one_ends(admin, endpoint):
    response = admin.post(log_of(endpoint), {"do": "renew"})
    assert re.search(r"whsec_[\w+/=]{44}", response.content.decode())
    assert "The old secret signs too until" in admin.get(log_of(endpoint)).content.decode()
    admin.post(log_of(endpoint), {"do": "end"})
    assert EndpointSecret.objects.signing(timezone.now()).count() == 1
    assert "signs too" not in admin.get(log_of(endpoint)).content.decode()


def test_a_removed_webhook_is_gone(admin, endpoint):
    html = admin.get(f"{LIST}delete/{endpoint.pk}/").content.decode()
    assert "What was not sent yet" in html
    admin.post(f"{LIST}delete/{endpoint.pk}/")
    assert "Shop is removed." in admin.get(LIST).content.decode()
    assert "Shop" not in admin.get(LIST).content.decode()
    for path in (log_of(endpoint), f"{LIST}edit/{endpoint.pk}/", f"{LIST}delete/{endpoint.pk}/"):
        assert admin.get(path, follow=True).status_code == 404
    assert Endpoint.objects.get().url == ""


def test_who_may_only_look_changes_nothing(client, endpoint, django_user_model):
    viewer = django_user_model.objects.create_user("viewer", "viewer@example.org", "x")
    viewer.user_permissions.set(find_permissions("access_admin", "view_endpoint"))
    client.force_login(viewer)
    html = client.get(log_of(endpoint)).content.decode()
    assert "Send a test" not in html
    assert client.post(log_of(endpoint), {"do": "test"}).status_code in (302, 403)
    assert EventDelivery.objects.count() == 0
