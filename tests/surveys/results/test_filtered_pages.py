"""Results by page under all filters: what the results under the filters and the page say too."""

import datetime
import random
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.surveys.models import Response
from cx_feedback.surveys.results.filtered_results import get_filtered_results
from cx_feedback.surveys.results.filtered_results_by_page import get_page_report
from cx_feedback.surveys.results.filters import Filters
from tests.pages import squeeze
from tests.surveys.conftest import BAD, GOOD
from tests.surveys.results.test_attack import FIRST, conjunctions, pages, somebody, windows

__all__ = ["pages"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(survey, pages):
    chance = random.Random(5)
    Response.objects.bulk_create(somebody(chance, survey, pages) for _ in range(400))
    return survey


@pytest.fixture
def many(answered, pages):
    chance = random.Random(6)
    Response.objects.bulk_create(somebody(chance, answered, pages) for _ in range(4000))
    return answered


@pytest.mark.slow
def test_each_row_is_what_the_results_of_its_page_say(answered, pages):
    """For one and two filters, with days and without; no page is missing that could be shown."""
    rows = scores = 0
    chosen = [*conjunctions(pages, 2), *windows()]
    chosen += [{"language": "es", **days} for days in windows()]
    for fields in chosen:
        filters = Filters(**fields)
        report = get_page_report(survey=answered, wanted="q-scale", filters=filters)
        shown = {row.page_id: row for row in report.rows}
        for page in pages:
            if filters.page not in (None, page):
                assert page not in shown
                continue
            if report.too_few:
                assert not shown
                continue
            view = get_filtered_results(survey=answered, filters=replace(filters, page=page))
            row = shown.get(page)
            if row is None:
                assert not view.n or not view.questions
                continue
            assert (row.n, row.since, row.until) == (view.n, view.since, view.until) or not view.n
            rows += 1
            result = next((q for q in view.questions if q.question.key == "q-scale"), None)
            if row.result and result and result.score:
                assert row.result.score == result.score
                scores += 1
    assert rows > 40
    assert scores > 15


def test_few_queries_for_any_number_of_pages(many):
    filters = Filters(language="es", since=FIRST + datetime.timedelta(days=9))
    with CaptureQueriesContext(connection) as queries:
        report = get_page_report(survey=many, filters=filters)
    assert report.rows
    assert len(queries) <= 6


@pytest.fixture
def url(survey):
    return f"/admin/cx-feedback/surveys/results/{survey.pk}/pages/"


def test_the_screen_takes_every_filter(admin_client, many, url, pages):
    everybody = squeeze(admin_client.get(url).content)
    for name in ("since", "until", "page", "section", "language", "answer"):
        assert re.search(f'name="{name}"', everybody), name
    query = {"language": "es", "answer": f"q-choice:{GOOD}"}
    html = squeeze(admin_client.get(url, query).content)
    report = get_page_report(
        survey=many, filters=Filters(language="es", answers=(("q-choice", GOOD),))
    )
    shown = [int(n) for n in re.findall(r"</td><td>(\d+)", html)]
    assert [row.n for row in report.rows] == shown[: len(report.rows)]
    link = re.search(r'<td class="title"><a href="([^"]+)"', html)[1]
    assert "language=es" in link
    assert "answer=q-choice" in link
    wrong = squeeze(admin_client.get(url, {"since": "soon"}).content)
    assert "Enter a date" in wrong


def test_too_few_readers_are_not_divided(admin_client, answered, url):
    query = {"answer": [f"q-choice:{BAD}", "q-scale:1"], "language": "en"}
    html = squeeze(admin_client.get(url, query).content)
    assert "Too few readers match these filters" in html
    assert "<tbody>" not in html


def test_rest_says_the_same(admin_client, many):
    api = f"/feedback/api/v1/surveys/{many.pk}/results/pages/"
    query = {"language": "es", "since": str(FIRST + datetime.timedelta(days=9))}
    data = admin_client.get(api, query).json()
    report = get_page_report(
        survey=many,
        filters=Filters(language="es", since=FIRST + datetime.timedelta(days=9)),
    )
    assert report.rows
    assert [(r["page"], r["n"], r["since"]) for r in data["rows"]] == [
        (row.page_id, row.n, row.since.isoformat()) for row in report.rows
    ]
    assert data["question"] == "q-scale"
    everybody = admin_client.get(api).json()
    assert everybody["rows"][0]["score"]["shown"]
    assert everybody["score_label"] == "Mean"
    assert admin_client.get(api, {"page": "no"}).status_code == 400
