"""Rooms in ``INSTALLED_APPS``: what belongs together, and what is said where some are missing."""

from types import SimpleNamespace

import pytest
from django.apps.registry import Apps
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

import cx_feedback
from cx_feedback.comments import apps


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], "core readers"),
        (["comments"], "core readers mail comments"),
        (["nps"], "core readers surveys nps"),
        (["newsletter", "surveys"], "core readers mail surveys newsletter"),
    ],
)
def test_rooms_name_what_they_need(names, expected):
    assert cx_feedback.rooms(*names) == [f"cx_feedback.{name}" for name in expected.split()]


def test_all_rooms_are_the_default_list():
    assert cx_feedback.rooms(*cx_feedback.NEEDS) == cx_feedback.ROOMS


def test_an_app_is_listed_once():
    with pytest.raises(ImproperlyConfigured, match="wagtailsettings"):
        Apps([*cx_feedback.rooms(), "wagtail.contrib.settings", "wagtail.contrib.settings"])


def test_a_name_that_is_no_room():
    with pytest.raises(ValueError, match=r"no room coments; there are \['core', 'readers'"):
        cx_feedback.rooms("coments")


def start(installed):
    with override_settings():
        from django.conf import settings

        settings.INSTALLED_APPS = installed
        module = SimpleNamespace(__path__=["/x"], __file__="/x/__init__.py")
        return apps.CommentsConfig("cx_feedback.comments", module)


def test_a_room_alone_is_told_what_is_missing():
    expected = (
        r"INSTALLED_APPS has cx_feedback.comments without cx_feedback.core, cx_feedback.readers, "
        r"cx_feedback.mail. Replace it by \*cx_feedback.rooms\(\"comments\"\)"
    )
    with pytest.raises(ImproperlyConfigured, match=expected):
        start(["cx_feedback.comments"])


def test_a_room_by_its_configuration_counts():
    config = start(
        [
            "cx_feedback.core",
            "cx_feedback.readers.apps.ReadersConfig",
            "cx_feedback.mail",
            "cx_feedback.comments.apps.CommentsConfig",
            "a.missing.Config",
        ]
    )
    assert config.label == "cx_feedback_comments"
