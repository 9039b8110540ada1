"""go-api#1594, wagtail#7038: an API's 404 is redirected.

With ``i18n_patterns`` LocaleMiddleware made of each 404 a redirect to a page in HTML.
"""

import pytest

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"


@pytest.mark.parametrize("address", ["surveys/99999/", "comments/99999/", "nps/99999/", "none/"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_404_of_the_api_is_a_problem_document(client, address, language):
    response = client.get(f"{API}{address}", HTTP_ACCEPT_LANGUAGE=language)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404
