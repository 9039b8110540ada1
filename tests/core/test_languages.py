import pytest
from django.utils.translation import trans_real

from cx_feedback.core.text import languages


@pytest.mark.parametrize(("code", "language"), [("en", "en"), ("es", "es"), ("es-MX", "es")])
def test_a_language_of_the_site(code, language):
    assert languages.get_site_language(code) == language


@pytest.mark.parametrize("code", ["", "xx", "de", "../es", "es\0", "e" * 9999, 1, None, ["en"]])
def test_an_unknown_one(code):
    assert languages.get_site_language(code) == ""


@pytest.mark.django_db
def test_whoever_makes_up_languages_fills_no_memory(client):
    kept = set(trans_real._translations) | {"en", "es"}
    for number in range(3):
        for path in ("newsletter/subscribe/", "consent/", "comments/post/"):
            client.post(f"/feedback/{path}", {"lang": f"es-x{number}"})
        client.get("/feedback/comments/mine/", {"lang": f"es-x{number}"})
    assert set(trans_real._translations) <= kept
