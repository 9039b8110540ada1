"""The page of a reader's own data: what is stored, the choices, the erasure."""

import pytest
from django.urls import reverse

from cx_feedback.readers import services
from cx_feedback.readers.models import Consent, Reader
from tests.conftest import FOREIGN, OWN
from tests.pages import squeeze

pytestmark = pytest.mark.django_db
PAGE = "/feedback/me/"


@pytest.fixture
def known(client, reader):
    client.cookies["cx_reader"] = reader.key.hex
    services.withdraw_consent(reader=reader, purpose=Consent.VISITS)
    services.record_act(reader=reader, kind="response", page_id=12)
    return reader


def post(client, do, headers=OWN):
    return client.post(PAGE, {"do": do, "lang": "en"}, **headers)


def test_an_unknown_browser_is_told_so_and_stays_unknown(client, db):
    response = client.get(PAGE, **OWN)
    assert response.status_code == 200
    assert "nothing is stored about you here" in response.content.decode()
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert not Reader.objects.exists()


def test_what_is_stored_is_shown_and_can_be_downloaded(
    client, known, django_assert_max_num_queries
):
    services.confirm_email(reader=known, email="ana@example.org")
    client.get(PAGE, **OWN)
    with django_assert_max_num_queries(40):
        html = squeeze(client.get(PAGE, **OWN).content)
    assert "ana@example.org" in html
    assert "<dd>response</dd>" in html
    assert known.key.hex not in html
    link = reverse("cx_feedback:api-me")
    assert f'href="{link}"' in html
    assert client.get(link, **OWN).json()["known"] is True


def test_choices_are_stored_with_their_words(client, known):
    assert post(client, "count-visits").status_code == 303
    known.refresh_from_db()
    assert known.counts_visits
    assert "as you agreed" in client.get(f"{PAGE}?saved", **OWN).content.decode()
    post(client, "stop-visits")
    post(client, "stop-estimate")
    known.refresh_from_db()
    assert (known.counts_visits, known.objects_to_scoring) == (False, True)
    consents = Consent.objects.order_by("pk").values_list("purpose", "source")
    assert list(consents)[-2:] == [("visits", "me"), ("no_scoring", "me")]
    post(client, "allow-estimate")
    known.refresh_from_db()
    assert not known.objects_to_scoring


def test_an_erasure_is_asked_once_more_and_takes_the_cookie(client, known):
    asked = post(client, "erase")
    assert "Erase all your data?" in asked.content.decode()
    assert Reader.objects.exists()
    gone = post(client, "erase-all")
    assert "Your data is erased" in gone.content.decode()
    assert gone.cookies["cx_reader"].value == ""
    assert not Reader.objects.exists()


@pytest.mark.parametrize("do", ["erase-all", "count-visits", "stop-estimate"])
def test_another_site_changes_nothing(client, known, do):
    assert post(client, do, FOREIGN).status_code == 403
    known.refresh_from_db()
    assert not known.counts_visits
    assert not known.objects_to_scoring


def test_who_comes_from_another_site_is_not_told_that_nothing_is_stored(client, known):
    html = client.get(f"{PAGE}?lang=en", **FOREIGN).content.decode()
    assert "nothing is stored" not in html
    assert "not remembered" not in html
    assert f'href="{PAGE}?lang=en"' in html
    link = reverse("cx_feedback:api-me")
    assert client.get(link, **FOREIGN).status_code == 403


@pytest.mark.parametrize("do", ["erase", "erase-all", "stop-visits", "stop-estimate"])
def test_who_can_not_be_told_from_another_site_is_not_told_that_it_is_done(client, known, do):
    response = post(client, do, {})
    assert response.status_code == 403
    assert "so we did nothing" in response.content.decode()
    assert not response.cookies
    known.refresh_from_db()
    assert not known.objects_to_scoring


def test_a_button_that_is_none_changes_nothing(client, known):
    assert post(client, "nonsense").status_code == 303
    assert Reader.objects.filter(pk=known.pk).exists()


def test_the_page_speaks_spanish(client, known):
    html = client.get(f"{PAGE}?lang=es", **OWN).content.decode()
    assert "Tus datos en este sitio" in html
    assert '<html lang="es">' in html
