"""Under filters no bar shows 1 to 4 readers, on no screen and by no program."""

import datetime

import pytest
from django.urls import reverse
from wagtail.models import Page

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.results.filtered_results import get_filtered_results
from cx_feedback.surveys.results.filters import Filters
from cx_feedback.surveys.results.results_by_page import get_page_report
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.results.trend import compare_periods
from tests.surveys.questions.asking import GOOD, raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(db):
    """Ask 40 readers in each of two languages; few of the Spanish ones say 1, 2 or 9."""
    survey = services.publish_survey(
        survey=Survey(title="Small", questions=[raw("nps"), raw("matrix")])
    )
    points = {"en": [1] * 10 + [2] * 10 + [9] * 10 + [10] * 10, "es": [1] + [2] * 3 + [9] * 16}
    points["es"] += [10] * 20
    for language, given in points.items():
        for n, point in enumerate(given):
            row = {"q-nps": point} | ({"q-matrix": GOOD["matrix"][0]} if n < 8 else {})
            services.submit_response(survey_id=survey.pk, answers=row, language=language)
    return survey


def bars(result):
    return [row.count for row in result.rows] + [c.count for r in result.rows for c in r.cells]


@pytest.mark.parametrize("folded", [True, False])
def test_no_bar_of_a_few(survey, folded):
    if folded:
        fold_responses()
    view = get_filtered_results(survey=survey, filters=Filters(language="es"))
    assert view.n == 40
    nps = view.questions[0]
    assert nps.score is not None
    # 1 and 2 are four readers together, so a third bar goes with them.
    assert {row.value: row.count for row in nps.rows if row.count} == {"10": 20}
    assert "q-nps" in view.withheld
    for result in view.questions:
        assert not any(0 < count < 5 for count in bars(result))
    other = get_filtered_results(survey=survey, filters=Filters(language="en"))
    assert "q-nps" not in other.withheld
    assert len([count for count in bars(other.questions[0]) if count]) == 4


def test_programs_are_told_what_is_withheld(admin_client, survey):
    url = f"/feedback/api/v1/surveys/{survey.pk}/results/"
    [nps, _matrix] = admin_client.get(url, {"language": "es"}).json()["questions"]
    assert nps["withheld"] is True
    assert [row["count"] for row in nps["rows"] if row["count"]] == [20]


def test_the_table_of_pages_shows_the_scores_that_their_views_show(admin_client, home):
    survey = services.publish_survey(survey=Survey(title="Pages", questions=[raw("scale")]))
    pages = [home.add_child(instance=Page(title=f"P{n}", slug=f"p{n}")).pk for n in range(2)]

    def answer(page, *points):
        for point in points:
            services.submit_response(survey_id=survey.pk, answers={"q-scale": point}, page_id=page)

    def scores():
        views = [get_filtered_results(survey=survey, filters=Filters(page=page)) for page in pages]
        report = get_page_report(survey=survey)
        of_page = {row.page_id: row.result and row.result.score for row in report.rows}
        assert [of_page[page] for page in pages] == [v.questions[0].score for v in views]
        html = admin_client.get(f"/admin/cx-feedback/surveys/results/{survey.pk}/pages/")
        assert ("Scores by page are hidden" in html.content.decode()) == report.score_withheld
        return [score and score.n for score in of_page.values()]

    answer(pages[0], *[5] * 12)
    answer(pages[1], *[5] * 6, *[1] * 4)
    assert scores() == [None, None]  # 5.0 and 3.4 would say where the four are
    answer(pages[1], 1)
    fold_responses()
    assert scores() == [12, 11]


def test_the_list_says_under_5(admin_client, survey):
    few = services.publish_survey(survey=Survey(title="Few", questions=[raw("nps")]))
    for _ in range(4):
        services.submit_response(survey_id=few.pk, answers={"q-nps": 9})
    url = reverse(Survey.snippet_viewset.get_url_name("list"))
    html = admin_client.get(url).content.decode()
    assert "&lt; 5" in html
    services.submit_response(survey_id=few.pk, answers={"q-nps": 9})
    assert "&lt; 5" not in admin_client.get(url).content.decode()


def test_the_nps_of_two_periods_is_compared(survey):
    march, april = (datetime.date(2026, month, 1) for month in (3, 4))
    for language, day in (("en", march), ("es", april)):
        noon = datetime.datetime.combine(day, datetime.time(12, tzinfo=datetime.UTC))
        Response.objects.filter(language=language).update(created_at=noon)
    Response.objects.filter(language="es", **{"answers__q-nps__lt": 9}).delete()
    found = compare_periods(
        survey=survey, filters=Filters(), before=(march, march), after=(april, april)
    )
    assert found.before.balances == {"q-nps": (20, 20, 40)}
    nps = next(pair for pair in found.pairs if pair.before.question.key == "q-nps")
    assert (nps.change.before.value, nps.change.after.value) == (0, 100)
