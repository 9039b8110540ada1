"""The pages of results: they follow what comes in, divide it, and hand it over as files."""

import csv
import datetime
import io
import re

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response
from tests.pages import make_survey
from tests.surveys.conftest import BAD, GOOD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/cx-feedback/surveys/"
TEN = 10_000


def store(survey, rows, **where):
    """Store responses: pairs of a choice and points."""
    for choice, points in rows:
        answers = {"q-choice": choice, "q-scale": points, "q-text": "Words"}
        services.submit_response(survey_id=survey.pk, answers=answers, **where)


def test_an_answer_appears_without_a_reload(open_editor):
    survey = make_survey()
    store(survey, [(GOOD, 4)] * 5)
    page = open_editor()
    page.clock.install()
    page.goto(f"{LIST}results/{survey.pk}/")
    figures, choice = page.locator(".cx-figures"), page.locator("section[aria-labelledby=cx-q-1]")
    expect(figures).to_contain_text("5 responses")
    page.evaluate("window.stayed = true")
    choice.get_by_text("As a table").click()
    store(survey, [(BAD, 2)])
    page.clock.fast_forward(2 * TEN)
    expect(figures).to_contain_text("6 responses")
    expect(choice.get_by_role("row", name=re.compile(r"Bad 16.7% \(1\)"))).to_be_visible()
    page.get_by_label("By").focus()
    store(survey, [(BAD, 2)])
    page.clock.fast_forward(2 * TEN)
    expect(page.get_by_label("By")).to_be_focused()
    expect(figures).to_contain_text("6 responses")
    page.get_by_label("By").blur()
    page.clock.fast_forward(2 * TEN)
    expect(figures).to_contain_text("7 responses")
    assert page.evaluate("window.stayed")


def test_filters_a_cross_tab_and_files(open_editor, article, home):
    survey = make_survey()
    store(survey, [(GOOD, 5)] * 9 + [(GOOD, 1)] * 6 + [(BAD, 1)] * 9, page_id=article.pk)
    store(survey, [(BAD, 5)] * 7, page_id=home.pk)
    early = timezone.now() - datetime.timedelta(days=400)
    Response.objects.filter(page_id=home.pk).update(created_at=early)
    page = open_editor(f"{LIST}results/{survey.pk}/")
    figures, active = page.locator(".cx-figures"), page.locator(".cx-active")
    expect(figures).to_contain_text("31 responses")

    page.get_by_role("button", name="Show filters").click()
    page.get_by_role("button", name="How was it?").click()
    page.locator("select[name=answer]").first.select_option(label="Good")
    expect(active).to_contain_text("How was it?: Good")
    expect(figures).to_have_text(re.compile(r"15\s*responses\s*of 31"))
    page.goto(f"{LIST}results/{survey.pk}/?page={article.pk}")
    expect(active).to_contain_text(f"Page: {article.title}")
    expect(figures).to_have_text(re.compile(r"24\s*responses\s*of 31"))
    page.goto(f"{LIST}results/{survey.pk}/?until={early.date() + datetime.timedelta(days=9)}")
    expect(figures).to_have_text(re.compile(r"^\s*7\s*responses\s*of 31"))
    page.get_by_role("link", name="Remove all filters").click()
    expect(figures).to_contain_text("31 responses")

    page.get_by_role("link", name="Cross-tab").click()
    page.get_by_label("Rows").select_option(label="How was it?")
    page.get_by_label("Columns").select_option(label="How easy?")
    page.get_by_role("button", name="Show", exact=True).click()
    table = page.locator("table.cx-counts")
    expect(table.get_by_role("row", name=re.compile(r"^Good\b.*\b15$"))).to_contain_text("6")
    expect(table.get_by_role("row", name=re.compile(r"^Bad\b.*\b16$"))).to_contain_text("9")

    page.get_by_role("link", name="Exports").click()
    files = {}
    for format in ("csv", "xlsx"):
        page.get_by_label("Format").select_option(format)
        page.get_by_label("with texts").check()
        page.get_by_role("button", name="Export", exact=True).click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").first.click()
        assert download.value.suggested_filename.endswith(f".{format}")
        files[format] = download.value.path().read_bytes()
    stored = [
        ({GOOD: "Good", BAD: "Bad"}[r.answers["q-choice"]], r.answers["q-scale"], "Words")
        for r in Response.objects.order_by("pk")
    ]
    asked = ("How was it?", "How easy?", "Why?")
    lines = csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")))
    assert [(a, int(b), c) for a, b, c in (map(line.get, asked) for line in lines)] == stored
    head, *rows = load_workbook(io.BytesIO(files["xlsx"])).active.values
    places = [head.index(name) for name in asked]
    assert [tuple(row[place] for place in places) for row in rows] == stored
