"""The editor's side of the post office."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from cx_feedback.mail import mailing_kinds, services
from cx_feedback.mail.models import Delivery, Suppression
from cx_feedback.mail.services import Recipient
from tests.pages import squeeze

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def ledger(db):
    message = services.create_message(
        subject="Hello {name}",
        text="See {confirm_url}",
        html="<p>Hello {name}, <a href='{confirm_url}'>see</a></p>",
        headers={"List-Unsubscribe": "<{confirm_url}>"},
    )
    for mailing, key, state in [
        ("series:1", "1", State.SENT),
        ("series:1", "2", State.IN_DOUBT),
        ("series:1", "3", State.FAILED),
        ("notice:1", "4", State.IN_DOUBT),
        ("notice:1", "5", State.PENDING),
    ]:
        services.queue_delivery(
            message=message,
            mailing=mailing,
            recipient=Recipient(
                key,
                f"r{key}@example.org",
                variables={"name": "Ana", "confirm_url": "https://x/secret-3"},
            ),
        )
        Delivery.objects.filter(recipient_key=key).update(state=state, sent_at=timezone.now())


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_user("editor", password="x")
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["access_admin", "view_delivery"])
    )
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def chief(admin_client):
    return admin_client


def test_the_list_shows_states_and_what_may_go_again(chief, ledger):
    html = chief.get(reverse("cx_deliveries:index")).content.decode()
    assert "2 emails may or may not have arrived" in html
    assert "1 email failed" in html
    for key in "12345":
        assert f"r{key}@example.org" in html
    html = chief.get(reverse("cx_deliveries:index_results"), {"state": "sent"}).content.decode()
    assert "r1@example.org" in html
    assert "r2@example.org" not in html
    assert "in doubt:" not in html


def test_search_by_address_and_mailing(chief, ledger):
    html = chief.get(reverse("cx_deliveries:index"), {"q": "r4@"}).content.decode()
    assert "r4@example.org" in html
    assert "r1@example.org" not in html
    html = chief.get(reverse("cx_deliveries:index"), {"mailing": "series:1"}).content.decode()
    assert "r1@example.org" in html
    assert "r4@example.org" not in html
    assert "1 email may or may not have arrived" in html


@pytest.mark.parametrize(
    ("query", "data", "gone"),
    [
        ("", {"only": "in_doubt"}, "24"),
        ("", {"only": "failed"}, "3"),
        ("?mailing=series:1", {"only": "in_doubt"}, "2"),
        ("?q=r4@", {"only": "in_doubt"}, "4"),
        ("?state=failed", {"only": "in_doubt"}, ""),
        ("?mailing=no:1", {"only": "in_doubt"}, ""),
    ],
)
def test_send_again_takes_what_the_filters_show(chief, ledger, query, data, gone):
    before = set(Delivery.objects.filter(state=State.PENDING).values_list("pk", flat=True))
    chief.post(reverse("cx_deliveries:again") + query, data)
    after = Delivery.objects.filter(state=State.PENDING).exclude(pk__in=before)
    assert "".join(sorted(after.values_list("recipient_key", flat=True))) == gone


def test_send_again_leads_back_to_where_it_was_pressed(chief, ledger):
    index, again = reverse("cx_deliveries:index"), reverse("cx_deliveries:again")
    for page in (
        f"{index}?q=example",
        reverse("cx_deliveries:inspect", args=[Delivery.objects.get(recipient_key="2").pk]),
    ):
        html = squeeze(chief.get(page).content)
        assert f'name="next" value="{page}"' in html
        assert chief.post(again, {"pk": "x", "next": page}).url == page
    for elsewhere in ("https://x.example/", "//x.example/", ""):
        assert chief.post(again, {"pk": "x", "next": elsewhere}).url == index


def test_one_delivery_is_shown_without_its_secret_links_and_goes_again(chief, ledger):
    row = Delivery.objects.get(recipient_key="2")
    html = squeeze(chief.get(reverse("cx_deliveries:inspect", args=[row.pk])).content)
    assert "Hello Ana" in html
    assert "secret-3" not in html
    assert "<iframe" in html
    assert "sandbox srcdoc=" in html
    chief.post(reverse("cx_deliveries:again"), {"pk": row.pk})
    row.refresh_from_db()
    assert row.state == State.PENDING
    chief.post(reverse("cx_deliveries:again"), {"pk": "x"})
    assert Delivery.objects.filter(state=State.IN_DOUBT).count() == 1


def test_by_mailing_with_the_names_that_rooms_give(chief, ledger):
    mailing_kinds.register_mailing_kind("series", lambda ids: dict.fromkeys(ids, "Rule: Welcome"))
    try:
        html = chief.get(reverse("cx_deliveries:mailings")).content.decode()
    finally:
        del mailing_kinds._name_getters["series"]
    assert "Rule: Welcome" in html
    assert "notice:1" in html
    assert "?mailing=notice%3A1" in html


def test_who_may_look_may_not_send_again(editor, ledger):
    html = editor.get(reverse("cx_deliveries:index")).content.decode()
    assert "r1@example.org" in html
    assert "again/" not in html
    editor.post(reverse("cx_deliveries:again"), {"only": "failed"})
    assert Delivery.objects.filter(state=State.FAILED).count() == 1
    assert editor.get(reverse("cx_deliveries:mailings")).status_code == 200


def test_who_may_not_look_sees_nothing(editor, ledger):
    editor.user.user_permissions.remove(Permission.objects.get(codename="view_delivery"))
    row = Delivery.objects.first()
    for url in (
        reverse("cx_deliveries:index"),
        reverse("cx_deliveries:mailings"),
        reverse("cx_deliveries:inspect", args=[row.pk]),
    ):
        response = editor.get(url)
        assert response.status_code == 302
        assert response["Location"] == reverse("wagtailadmin_home")


def test_the_menu_item_is_under_feedback(chief, editor):
    assert "cx-feedback/deliveries" in chief.get(reverse("wagtailadmin_home")).content.decode()


def test_an_address_is_suppressed_and_allowed_again(chief, ledger):
    url = reverse("cx_suppressions:add")
    chief.post(url, {"address": "R5@example.org", "reason": "asked"})
    row = Suppression.objects.get()
    assert (row.address, row.reason) == ("r5@example.org", "asked")
    assert Delivery.objects.get(recipient_key="5").state == State.CANCELLED
    response = chief.post(url, {"address": f"{'x' * 65}@example.org", "reason": "asked"})
    assert "too long" in response.content.decode()
    html = chief.get(reverse("cx_suppressions:index")).content.decode()
    assert "r5@example.org" in html
    delete = reverse("cx_suppressions:delete", args=[row.pk])
    assert "Allow email to r5@example.org again?" in chief.get(delete).content.decode()
    chief.post(delete)
    assert not Suppression.objects.exists()
