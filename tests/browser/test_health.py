"""The Health page."""

import pytest
from playwright.sync_api import expect

from cx_feedback.core.health import runner
from cx_feedback.core.health.registry import Examination

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_check_mark_of_no_findings_is_as_large_as_its_words(open_editor, monkeypatch):
    found_nothing = [Examination("cache", "Cache", list, ())]
    monkeypatch.setattr(runner, "get_examinations", lambda: found_nothing)
    page = open_editor("/admin/cx-feedback/health/")
    page.get_by_role("button", name="Examine now").click()
    heading = page.get_by_role("status").filter(has_text="0 findings")
    expect(heading).to_be_visible()
    for icon in page.locator(".cx-health .icon").all():
        box = icon.bounding_box()
        assert 10 < box["width"] < 30
        assert 10 < box["height"] < 30
    assert page.locator(".cx-health .icon").count() == 2
