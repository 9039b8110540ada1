import pytest
from django.test import override_settings

from cx_feedback.core import checks, conf
from cx_feedback.core.checks import check_settings, check_settings_app
from cx_feedback.core.settings.setting_checks import check_origins
from cx_feedback.core.settings.settings_list import SETTINGS


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_every_default_passes_its_own_check_and_is_documented(setting):
    assert setting.check(setting.default) is None
    assert len(setting.doc) > 20


@pytest.mark.parametrize(
    ("given", "id_"),
    [
        ({"RATES": {"write": "many"}}, "cx_feedback.E001"),
        ({"PERIOD": "month"}, "cx_feedback.E001"),
        ({"COOKIE_DAYS": 0}, "cx_feedback.E001"),
        ({"MAX_BODY": True}, "cx_feedback.E001"),
        ({"TRUSTED_ORIGINS": "https://a.example"}, "cx_feedback.E001"),
        ({"COKIE_NAME": "x"}, "cx_feedback.W001"),
        ([], None),
        (["x"], "cx_feedback.E002"),
    ],
)
def test_checks(given, id_):
    with override_settings(CX_FEEDBACK=given):
        assert [m.id for m in check_settings(None)] == ([id_] if id_ else [])


@pytest.mark.parametrize(
    "origin",
    ["https://app.example", "http://localhost:8080", "https://[2001:db8::1]", "http://[::1]:8000"],
)
def test_origins_as_browsers_send_them(origin):
    assert check_origins([origin]) is None


@pytest.mark.parametrize(
    "origin",
    [
        *("null", "*", "https://*.example", "https://App.example", "https://app.example/"),
        *("https://user@app.example", "https://app.example:port", "https://app.example:"),
        *("https://app.example:443", "http://app.example:80", "http://[::1]:80", "https://:8000"),
        *("https://a]b", "https://app.example:99:88"),
    ],
)
def test_origins_that_no_browser_sends(origin):
    assert check_origins([origin])


def test_get():
    with override_settings(CX_FEEDBACK={"RATES": {"write": "5/m"}}):
        rates = conf.get("RATES")
    assert (rates["write"], rates["visit"], rates["mail"]) == ("5/m", "60/m", "10/h")
    with pytest.raises(KeyError):
        conf.get("NO_SUCH_KEY")


def test_a_site_without_wagtails_settings_app_is_told(monkeypatch):
    assert check_settings_app(None) == []
    monkeypatch.setattr(
        checks.apps, "is_installed", lambda name: name != "wagtail.contrib.settings"
    )
    assert [m.id for m in check_settings_app(None)] == ["cx_feedback.W002"]
