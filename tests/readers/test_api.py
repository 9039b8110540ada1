import pytest

from cx_feedback.readers.models import Reader, VisitDay
from tests.conftest import FOREIGN, OWN

pytestmark = pytest.mark.django_db


def patch(client, agrees, **headers):
    return client.patch(
        "/feedback/api/v1/me/", {"visits": agrees}, content_type="application/json", **headers
    )


def visit(client, **headers):
    return client.post("/feedback/api/v1/visits/", {}, content_type="application/json", **headers)


def test_no_visit_counts_without_consent(client):
    assert visit(client, **OWN).status_code == 204
    assert not Reader.objects.exists()


def test_visits_count_after_consent_and_not_with_gpc(client):
    response = patch(client, True, **OWN)
    assert response.json() == {"visits": True, "scoring": True}
    assert response.cookies["cx_reader"]["httponly"]
    assert response.cookies["cx_reader"]["samesite"] == "Lax"
    VisitDay.objects.all().delete()
    Reader.objects.update(last_day=None, first_period=None, last_period=None, active_periods=0)
    assert visit(client, HTTP_SEC_GPC="1", **OWN).status_code == 204
    assert not VisitDay.objects.exists()
    visit(client, **OWN)
    visit(client, **OWN)
    assert VisitDay.objects.count() == 1


def test_a_write_from_another_site_is_refused(client):
    response = patch(client, True, **FOREIGN)
    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"].endswith("cross-site")
    assert not Reader.objects.exists()


def test_a_write_of_unknown_origin_has_no_reader(client):
    patch(client, True, **OWN)
    for response in (client.delete("/feedback/api/v1/me/"), patch(client, False)):
        assert response.status_code == 403
        assert response.json()["type"].endswith("cross-site")
    assert client.post("/feedback/consent/", {"agree": "no"}).status_code == 403
    assert Reader.objects.get().counts_visits
    assert Reader.objects.count() == 1
    assert client.delete("/feedback/api/v1/me/", **OWN).status_code == 204
    assert not Reader.objects.exists()


@pytest.mark.parametrize(("body", "field"), [("{", "body"), ("[1]", "body"), ("{}", "visits")])
def test_bad_input_names_the_field(client, body, field):
    response = client.patch("/feedback/api/v1/me/", body, content_type="application/json", **OWN)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


def test_me_shows_what_is_known(client):
    assert client.get("/feedback/api/v1/me/").json() == {"known": False}
    patch(client, True, **OWN)
    response = client.get("/feedback/api/v1/me/")
    assert response.json()["readers"][0]["consents"][0]["purpose"] == "visits"
    assert response["Cache-Control"] == "no-store"


def test_consent_by_plain_form(client, article):
    url = "/feedback/consent/"
    response = client.post(url, {"agree": "yes", "page": article.pk}, **OWN)
    assert (response.status_code, response["Location"]) == (303, "/en/an-article/#cx-consent-given")
    assert Reader.objects.get().counts_visits
    client.post(url, {"agree": "no", "page": article.pk}, **OWN)
    assert not Reader.objects.get().counts_visits
    assert client.post(url, {"agree": "yes"}, **FOREIGN).status_code == 403


def test_schema(client):
    schema = client.get("/feedback/api/v1/schema/").json()
    assert schema["openapi"].startswith("3.")
    assert "/feedback/api/v1/me/" in schema["paths"]


def test_erasing_asks_the_browser_to_clear_its_drafts(client):
    assert "cx_forget" not in client.delete("/feedback/api/v1/me/").cookies
    cookie = client.delete("/feedback/api/v1/me/", **OWN).cookies["cx_forget"]
    assert (cookie.value, cookie["max-age"], cookie["path"]) == ("1", 7 * 86_400, "/")
    assert not cookie["httponly"]
