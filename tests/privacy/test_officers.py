"""The screen of officers: found by address or key, exported, erased, each noted in the log."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation
from wagtail.models import ModelLogEntry

from cx_feedback.core.privacy.person_summary import format_value
from cx_feedback.newsletter.models import MailingList, Subscription
from cx_feedback.readers import services
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy import officers
from tests.comments.conftest import talk, write  # noqa: F401
from tests.pages import squeeze
from tests.privacy.traces import find_in_tables

pytestmark = pytest.mark.django_db
EMAIL = "ana@example.org"


@pytest.fixture
def screen():
    return reverse("cx_privacy:person")


@pytest.fixture
def person(reader, write):  # noqa: F811
    services.confirm_email(reader=reader, email=EMAIL)
    write("Words of hers", name="Ana", email=EMAIL, reader=reader)
    services.record_act(reader=reader, kind="response")
    return reader


def make_officer(client, django_user_model, *codenames):
    user = django_user_model.objects.create_user("officer", "officer@example.org", "pw")
    rights = Permission.objects.filter(codename__in=["access_admin", *codenames])
    user.user_permissions.set(rights)
    client.force_login(user)
    return user


@pytest.mark.parametrize("by", ["address", "key"])
def test_a_person_is_found_by_address_or_key(admin_client, screen, person, by):
    sought = EMAIL.upper() if by == "address" else str(person.key)
    response = admin_client.post(screen, {"person": sought})
    html = response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "Words of hers" in html
    assert "made anonymous" in html
    (entry,) = ModelLogEntry.objects.filter(action=officers.FOUND)
    assert entry.object_id == str(person.pk)


@pytest.mark.parametrize("sought", ["", "nobody", "x@"])
def test_what_is_no_address_and_no_key_is_a_clear_error(admin_client, screen, sought):
    response = admin_client.post(screen, {"person": sought})
    assert response.status_code == 200
    assert "error-message" in response.content.decode()
    assert not ModelLogEntry.objects.filter(action=officers.FOUND).exists()


@pytest.mark.parametrize("do", ["", "export", "erase"])
@pytest.mark.parametrize("sought", ["nobody@example.org", "0" * 32])
def test_a_search_that_finds_nobody_is_an_error_and_noted_without_the_address(
    admin_client, admin_user, screen, sought, do
):
    response = admin_client.post(screen, {"person": sought, "do": do, "sure": "yes"})
    assert "error-message" in response.content.decode()
    (entry,) = ModelLogEntry.objects.filter(action=officers.FOUND)
    assert (entry.user, entry.label, entry.object_id) == (admin_user, "Nobody was found", "0")
    assert sought not in f"{entry.data}"


def test_the_export_is_a_file_and_noted(admin_client, screen, person):
    response = admin_client.post(screen, {"person": EMAIL, "do": "export"})
    assert response["Content-Disposition"].startswith("attachment")
    told = json.loads(response.content)
    assert told["comments"][0]["text"] == "Words of hers"
    (entry,) = ModelLogEntry.objects.filter(action=officers.EXPORTED)
    assert entry.data["counts"]["comments"] == 1


def test_an_erasure_needs_what_was_seen_and_a_tick(admin_client, screen, person):
    seen = officers.find_person(sought=EMAIL).seen
    said = {"person": EMAIL, "do": "erase", "seen": seen}
    admin_client.post(screen, said)
    assert Reader.objects.filter(pk=person.pk).exists()
    services.record_act(reader=person, kind="comment")
    admin_client.post(screen, {**said, "sure": "yes"})
    assert Reader.objects.filter(pk=person.pk).exists()  # there is more than was seen
    said["seen"] = officers.find_person(sought=EMAIL).seen
    html = admin_client.post(screen, {**said, "sure": "yes"}).content.decode()
    assert "comments: 1" in html
    assert not Reader.objects.filter(pk=person.pk).exists()
    assert find_in_tables(EMAIL, "Words of hers") == set()
    (entry,) = ModelLogEntry.objects.filter(action=officers.ERASED)
    assert (entry.label, entry.data["counts"]["readers"]) == (f"Reader {person.pk}", 1)


def test_a_browser_that_typed_the_address_goes_but_is_not_exported(admin_client, screen, write):  # noqa: F811
    reader = services.create_reader()
    write("Typed", email=EMAIL, reader=reader)
    services.record_act(reader=reader, kind="visit")
    html = admin_client.post(screen, {"person": EMAIL}).content.decode()
    assert "entered this address without confirming it" in html
    told = json.loads(admin_client.post(screen, {"person": EMAIL, "do": "export"}).content)
    assert (len(told["comments"]), told["readers"]) == (1, [])


@pytest.mark.parametrize("codename", ["", "view_reader", "moderate_comment"])
def test_nobody_without_the_right_sees_it(client, django_user_model, screen, person, codename):
    make_officer(client, django_user_model, *([codename] if codename else []))
    for response in (client.get(screen), client.post(screen, {"person": EMAIL})):
        assert response.status_code in (302, 403)
        assert EMAIL not in response.content.decode()
    assert "cx-feedback/privacy" not in client.get("/admin/", follow=True).content.decode()


def test_who_has_the_right_needs_no_other(client, django_user_model, screen, person):
    make_officer(client, django_user_model, "manage_personal_data")
    assert client.get(screen).status_code == 200
    assert "Words of hers" in client.post(screen, {"person": EMAIL}).content.decode()
    assert screen in client.get("/admin/").content.decode()


def test_no_address_is_kept_in_the_log(admin_client, screen, person):
    admin_client.post(screen, {"person": EMAIL})
    admin_client.post(screen, {"person": EMAIL, "do": "export"})
    entries = ModelLogEntry.objects.filter(action__startswith="cx_feedback.readers.person.")
    assert entries.count() == 2
    assert EMAIL not in str(list(entries.values()))


def test_choices_and_consents_are_shown_in_words(admin_client, screen):
    friday = MailingList.objects.create(name="Friday letter")
    Subscription.objects.create(
        mailing_list=friday,
        email=EMAIL,
        state=Subscription.State.PENDING,
        consent_wording="You agree.",
        consent_source="page",
    )
    html = squeeze(admin_client.post(screen, {"person": EMAIL}).content)
    assert f"<dd>{Subscription.State.PENDING.label}</dd>" in html
    assert "<dd>pending</dd>" not in html
    with translation.override("es"):
        assert format_value({"wording": "You agree."}) == "texto: You agree."
