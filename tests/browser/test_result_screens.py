"""The tabs of periods and pages: presets and filters at any width, in both themes."""

import datetime
import os
import random

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from cx_feedback.surveys.models import Response
from tests.browser.conftest import DESKTOP, PHONE
from tests.pages import make_survey
from tests.site.models import ArticlePage
from tests.steps import combine
from tests.surveys.conftest import BAD, GOOD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/cx-feedback/surveys/"


@pytest.fixture
def answered(home):
    survey, chance = make_survey(), random.Random(2)
    version = survey.versions.get(current=True)
    pages = [
        home.add_child(instance=ArticlePage(title=f"Article {n}", slug=f"a{n}")) for n in range(3)
    ]
    Response.objects.bulk_create(
        Response(
            survey=survey,
            version=version,
            page_id=chance.choice(pages).pk,
            language=chance.choice(["en", "es"]),
            answers={"q-choice": chance.choice([GOOD, BAD]), "q-scale": chance.randint(1, 5)},
            created_at=timezone.now() - datetime.timedelta(days=n % 28, hours=1),
        )
        for n in range(600)
    )
    return survey


@pytest.mark.parametrize(("scheme", "size"), combine(["light", "dark"], [PHONE, DESKTOP]))
def test_presets_and_filters(open_editor, answered, scheme, size):
    page = open_editor()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
    page.goto(f"{LIST}results/{answered.pk}/compare/")
    page.get_by_role("link", name="The last 7 days").click()
    expect(page.locator(".cx-presets [aria-current]")).to_contain_text("The last 7 days")
    expect(page.locator(".cx-counts").first).to_be_visible()
    folder = os.environ.get("CX_SCREENSHOTS")
    for tab in ("compare", "pages", "", "crosstab"):
        if tab in ("", "crosstab"):
            page.goto(
                f"{LIST}results/{answered.pk}/{tab and 'crosstab/?rows=q-choice&columns=q-scale'}"
            )
            expect(page.locator("svg[role=img]").first).to_be_visible()
        if tab == "pages":
            page.goto(f"{LIST}results/{answered.pk}/pages/?language=en")
            expect(page.locator(".cx-pages tbody tr")).to_have_count(3)
            expect(page.locator(".cx-active")).to_contain_text("English")
        found = Axe().run(page, ".cx-results")
        assert found.violations_count == 0, found.generate_report()
        if folder:
            page.screenshot(
                path=f"{folder}/{tab or 'overview'}-{size['width']}-{scheme}.png", full_page=True
            )
