"""Promises and calendars in the admin."""

import pytest
from wagtail.models import ModelLogEntry

from cx_feedback.conversations.models import Calendar, Promise
from cx_feedback.conversations.promise.recalculation import find_stale_clocks
from tests.conversations.promise.test_clocks import at, begin, make_calendar, make_promise

pytestmark = pytest.mark.django_db
CALENDARS, PROMISES = "/admin/cx-feedback/working-hours/", "/admin/cx-feedback/promises/"
HOURS = {
    "name": "Office",
    "time_zone": "Europe/Madrid",
    "monday": "9-14, 16 – 19:30",
    "country": "es",
    "region": "MD",
    "closing_days": "2026-12-24 Christmas Eve",
}


def errors_of(response):
    assert response.status_code == 200
    return {
        name: " ".join(map(str, texts)) for name, texts in response.context["form"].errors.items()
    }


def test_hours_are_stored_in_one_form(admin_client, settings):
    settings.TIME_ZONE = "Europe/Madrid"
    assert 'value="Europe/Madrid"' in admin_client.get(f"{CALENDARS}new/").content.decode()
    assert admin_client.post(f"{CALENDARS}new/", HOURS).status_code == 302
    calendar = Calendar.objects.get()
    assert (calendar.monday, calendar.tuesday) == ("09:00-14:00, 16:00-19:30", "")
    assert (calendar.country, calendar.region) == ("ES", "MD")
    page = admin_client.get(CALENDARS).content.decode()
    assert "09:00-14:00, 16:00-19:30" in page
    assert (
        "2026-12-24 Christmas Eve"
        in admin_client.get(f"{CALENDARS}edit/{calendar.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"monday": ""}, "monday", "needs working hours on at least one day"),
        ({"monday": "mornings"}, "monday", "Write hours as in"),
        ({"sunday": "9-12, 11-13"}, "sunday", "overlap"),
        ({"time_zone": "Mars/Base"}, "time_zone", "“Mars/Base” is no time zone"),
        ({"country": "XX", "region": ""}, "country", "“XX” aren't known"),
        ({"region": "ZZ"}, "region", "Known are: AN, AR"),
        ({"country": "", "region": "MD"}, "region", "Known are: –"),
        ({"closing_days": "Christmas"}, "closing_days", "Write a date"),
        ({"closing_days": "2026-12-24 " + "x" * 10_000}, "closing_days", "10000 characters"),
    ],
)
def test_what_cannot_be_counted_by_is_named_at_its_field(admin_client, wrong, field, words):
    errors = errors_of(admin_client.post(f"{CALENDARS}new/", {**HOURS, **wrong}))
    assert words in errors.pop(field)
    assert errors == {}
    assert not Calendar.objects.exists()


def test_a_calendar_closed_for_years_is_refused(admin_client):
    from django.utils import timezone

    year = timezone.now().year
    days = "\n".join(f"{n}-01-01 - {n}-12-31" for n in range(year, year + 5))
    errors = errors_of(admin_client.post(f"{CALENDARS}new/", {**HOURS, "closing_days": days}))
    assert "closed for the next three years" in errors["closing_days"]


def test_a_calendar_in_use_is_not_deleted(admin_client):
    promise = make_promise()
    response = admin_client.post(f"{CALENDARS}delete/{promise.calendar_id}/", follow=True)
    assert "This calendar is still used by: All." in response.content.decode()
    assert Calendar.objects.exists()
    promise.delete()
    admin_client.post(f"{CALENDARS}delete/{promise.calendar_id}/")
    assert not Calendar.objects.exists()


def test_promises_are_listed_with_their_times(admin_client):
    calendar = make_calendar()
    form = {
        "name": "Low scores",
        "order": 5,
        "kind": "detractor",
        "calendar": calendar.pk,
        "first_answer": 90,
        "closing": 2400,
    }
    assert admin_client.post(f"{PROMISES}new/", form).status_code == 302
    promise = Promise.objects.get()
    assert (promise.first_answer, promise.next_answer, promise.section) == (90, None, None)
    page = admin_client.get(PROMISES).content.decode()
    for words in ("Low scores", "Low score", "1 h 30 min", "40 h", "–", "Office"):
        assert words in page


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"first_answer": ""}, "first_answer", "Promise at least one"),
        ({"first_answer": 0}, "first_answer", "greater than or equal to 1"),
        ({"first_answer": 30_001}, "first_answer", "less than or equal to 30000"),
        ({"calendar": ""}, "calendar", "required"),
        ({"escalate_after": 0}, "escalate_to", "Choose the group"),
    ],
)
def test_what_is_no_promise_is_named_at_its_field(admin_client, wrong, field, words):
    form = {"name": "All", "order": 1, "calendar": make_calendar().pk, "first_answer": 60}
    errors = errors_of(admin_client.post(f"{PROMISES}new/", {**form, **wrong}))
    assert words in errors.pop(field)
    assert errors == {}


def test_saving_and_deleting_make_due_times_stale(admin_client):
    promise = make_promise()
    begin(at(1, 9))
    assert not find_stale_clocks().exists()
    url = f"{PROMISES}edit/{promise.pk}/"
    form = {"name": "All", "order": 1, "calendar": promise.calendar_id, "first_answer": 60}
    version = admin_client.get(url).context["form"]
    assert version.instance == promise
    shown = admin_client.get(url).content.decode()
    name = 'name="cx-version" value="'
    start = shown.index(name) + len(name)
    stamp = shown[start : shown.index('"', start)].replace("&quot;", '"')
    assert admin_client.post(url, {**form, "cx-version": stamp}).status_code == 302
    assert find_stale_clocks().count() == 2
    assert ModelLogEntry.objects.filter(action="wagtail.edit").exists()
    admin_client.post(f"{PROMISES}delete/{promise.pk}/")
    assert not Promise.objects.exists()


def test_a_section_is_chosen_in_the_tree(admin_client):
    page = admin_client.get(f"{PROMISES}new/").content.decode()
    assert 'id="id_section-chooser"' in page


def test_the_forms_offer_zones_and_name_what_empty_means(admin_client):
    page = admin_client.get("/admin/cx-feedback/working-hours/new/").content.decode()
    assert '<option value="America/Mexico_City">America/Mexico City</option>' in page
    page = admin_client.get("/admin/cx-feedback/promises/new/").content.decode()
    assert '<option value="" selected>All reasons</option>' in page
    assert '<option value="" selected>All tiers</option>' in page
    assert "---------" not in page.partition('name="tier"')[0]
