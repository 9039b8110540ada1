import pytest
from django.test import override_settings

from cx_feedback.core import checks, conf
from cx_feedback.core.checks import check_settings, check_settings_app
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
