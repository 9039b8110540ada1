"""The editor's pages of results, by HTTP."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from cx_feedback.surveys.models import Start
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.pages import squeeze
from tests.surveys.conftest import BAD, GOOD, change, stream
from tests.surveys.questions.asking import raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(survey):
    return f"/admin/cx-feedback/surveys/results/{survey.pk}/"


@pytest.fixture
def answered(survey, answer, article):
    # Each day has the same answers, so that no two weeks or months differ on any date.
    for number in range(80):
        more = {"q-scale": (2, 4, 5, 5)[number // 20]}
        if number % 8 == 0:
            more["q-text"] = f"<b>Ñandú</b> {number}"
        answer(
            BAD if number // 20 == 1 else GOOD,
            more=more,
            page_id=article.pk if number % 2 else None,
            language="es" if number % 4 else "en",
            seconds=30 + number,
            at=timezone.now() - datetime.timedelta(days=number % 20),
        )
    Start.objects.bulk_create(Start(survey=survey, language="es") for _ in range(100))


def page(client, url, status=200, **query):
    response = client.get(url, query)
    assert response.status_code == status
    return squeeze(response.content)


@pytest.fixture
def staff(client, django_user_model):
    """Log in somebody who has the rights that are named, and access to the admin."""

    def log_in(*codenames):
        user = django_user_model.objects.create_user(f"u{len(codenames)}", password="x")
        for codename in ("access_admin", *codenames):
            user.user_permissions.add(Permission.objects.get(codename=codename))
        client.force_login(user)
        return client

    return log_in


@pytest.mark.parametrize("folded", [False, True])
def test_the_overview(admin_client, url, answered, folded):
    if folded:
        fold_responses()
    html = page(admin_client, url)
    assert "<strong>80</strong> responses" in html
    assert "<strong>80%</strong> completed it" in html
    assert "<strong>1 min 09 s</strong> median time" in html
    assert html.count("<svg") >= 3  # the course, and two questions
    assert "No significant change" in html
    assert "&lt;b&gt;" not in html  # texts have a page of their own
    assert 'data-controller="cx-live"' in html


#: Queries of each page without filters; seven are those of the admin's frame.
MOST = {"": 9, "crosstab/": 9, "compare/": 11, "texts/": 10, "pages/": 13, "exports/": 9}
FILTERS = {"answer": f"q-choice:{GOOD}", "language": "es", "since": "2020-01-01"}
ASKED = {
    "crosstab/": {"rows": "q-choice", "columns": "q-scale"},
    "compare/": {
        "before_since": "2020-01-01",
        "before_until": "2020-12-31",
        "after_since": "2021-01-01",
        "after_until": "2030-12-31",
    },
}


@pytest.fixture
def queries(admin_client, url):
    def count(tab, **filters):
        with CaptureQueriesContext(connection) as captured:
            page(admin_client, url + tab, **filters, **ASKED.get(tab, {}))
        return len(captured)

    admin_client.get(url)  # what is remembered for all
    return count


@pytest.mark.parametrize(("tab", "most"), MOST.items())
def test_queries_are_few(queries, answered, tab, most):
    fold_responses()
    assert queries(tab) <= most


def test_queries_of_filters_are_few(queries, answered, article):
    fold_responses()
    assert queries("", since="2020-01-01") <= 9  # from the tallies alone
    assert queries("", language="es") <= 10
    assert queries("", answer=f"q-choice:{GOOD}") <= 10
    assert queries("", **FILTERS) <= 10
    # The rest is what finds the sections of all pages, and Wagtail's chooser of the one.
    assert queries("", section=article.pk) <= 13
    assert queries("", page=article.pk) <= 18


def test_queries_do_not_grow(queries, answered, answer, article):
    fold_responses()
    asked = [("", {}), ("", FILTERS), ("crosstab/", FILTERS), ("pages/", {})]
    before = [queries(tab, **filters) for tab, filters in asked]
    for number in range(20):
        answer(page_id=article.pk, language="es", more={"q-scale": 1 + number % 5})
    fold_responses()
    assert [queries(tab, **filters) for tab, filters in asked] == before


def test_filters_stand_in_the_address(admin_client, url, answered, article):
    html = page(admin_client, url, language="es", answer=f"q-choice:{GOOD}")
    assert "of 80 in all" in html
    assert "Español" in html
    assert f"{url}?language=es" in html  # without the answer
    assert f"{url}texts/" not in html.split('id="listing-results"')[1]
    html = page(admin_client, url, page=article.pk)
    assert "<strong>40</strong> responses" in html
    assert f"{url}texts/?page={article.pk}" in html
    assert "Enter a date" in page(admin_client, url, since="yesterday")


def test_a_script_gets_the_content_alone(admin_client, url, answered):
    response = admin_client.get(url, headers={"X-Requested-With": "XMLHttpRequest"})
    assert "<html" not in squeeze(response.content)
    assert "80</strong>" in squeeze(response.content)


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("", "Nobody has answered yet."),
        ("crosstab/", "Choose two questions"),
        ("compare/", "Choose two periods"),
        ("texts/", "0 texts"),
        ("pages/", "No page has 5 responses yet."),
        ("exports/", "A file with the responses"),
    ],
)
def test_every_tab_when_nobody_has_answered(admin_client, url, tab, said):
    html = page(admin_client, url + tab)
    assert said in html
    assert html.count("<a href") > 5  # the others are there
    assert "<svg class" not in html.split('id="listing-results"')[1]
    assert " n = " not in html


def test_a_crosstab(admin_client, url, answered):
    html = page(admin_client, f"{url}crosstab/", rows="q-choice", columns="q-scale")
    assert "80 answered both" in html
    assert "Cramér" in html
    assert "Chi-square" in html
    assert "cannot" not in html
    html = page(admin_client, f"{url}crosstab/", rows="q-text", columns="q-scale")
    assert "Choose a question whose answers can be counted." in html


def test_two_periods(admin_client, url, answered):
    today = timezone.localdate()
    days = [today - datetime.timedelta(days=n) for n in (19, 10, 9, 0)]
    names = ("before_since", "before_until", "after_since", "after_until")
    html = page(admin_client, f"{url}compare/", **dict(zip(names, days, strict=True)))
    assert "n = " in html
    assert "Difference" in html
    html = page(admin_client, f"{url}compare/", **dict(zip(names, days[::-1], strict=True)))
    assert "The last day is before the first." in html


def test_two_periods_are_filtered_on_their_own_page(admin_client, url, answered):
    asked = ASKED["compare/"]
    html = page(admin_client, f"{url}compare/", **asked, language="es", since="2020-01-01")
    panel = html.partition('role="search"')[2].partition("</form>")[0]
    for name in ("page", "section", "language", "answer", *asked):
        assert f'name="{name}"' in panel
    for name in ("since", "until"):  # the periods say which days
        assert f'name="{name}"' not in panel
    assert f'value="{asked["after_until"]}"' in panel
    [off] = re.findall(r'class="w-pill__remove" href="([^"]*)"', html)
    assert all(f"{name}={day}" in off for name, day in asked.items())
    assert "language" not in off
    assert "Remove all filters" in html


def test_texts_are_searched_and_paged(admin_client, url, answered, article):
    html = page(admin_client, f"{url}texts/")
    assert "10 texts" in html
    assert "&lt;b&gt;Ñandú&lt;/b&gt; 0" in html
    assert "1 text" in page(admin_client, f"{url}texts/", q="Ñandú</b> 16")
    assert "0 texts" in page(admin_client, f"{url}texts/", page=article.pk)
    html = page(admin_client, f"{url}texts/", answer=f"q-choice:{GOOD}")
    assert "Remove the filters on answers to see texts" in html
    assert "Ñandú" not in html


def test_texts_come_twenty_at_a_time_and_keep_the_search(admin_client, url, answer):
    for number in range(45):
        answer(more={"q-text": f"Words {number:02d}"})
    first = page(admin_client, f"{url}texts/", q="words")
    assert first.count("<blockquote>") == 20
    assert "Words 44" in first
    assert "?q=words&amp;p=2" in first
    last = page(admin_client, f"{url}texts/", q="words", p=3)
    assert last.count("<blockquote>") == 5
    assert "Words 00" in last
    assert "3 of 3" in last
    assert "&amp;p=4" not in last


def test_pages(admin_client, url, answered, article):
    html = page(admin_client, f"{url}pages/")
    assert article.title in html
    assert f"{url}?page={article.pk}" in html
    assert "n = 40" in html


def test_rights_are_apart(staff, url, answered):
    page(staff(), url, 302)
    client = staff("view_results")
    html = page(client, url)
    assert f"{url}texts/" not in html
    assert f"{url}exports/" not in html
    for tab in ("texts/", "exports/", "exports/1/"):
        assert client.get(url + tab).status_code == 302
    page(staff("view_results", "view_texts"), f"{url}texts/")
    page(staff("view_results", "view_texts", "export_responses"), f"{url}exports/")


def test_filters_by_section_and_by_nps_class(admin_client, survey, answer, article, home):
    change(survey, [*stream(), raw("nps")])
    news = home.add_child(instance=Page(title="News", slug="news"))
    inside = news.add_child(instance=Page(title="Inside", slug="inside"))
    for number in range(40):
        where = inside if number < 24 else article
        answer(page_id=where.pk, more={"q-nps": (10, 3)[number % 3 == 0]})
    url = f"/admin/cx-feedback/surveys/results/{survey.pk}/"
    html = page(admin_client, url, section=news.pk)
    assert "<strong>24</strong> responses" in html
    assert "News" in html
    html = page(admin_client, url, **{"class": "detractor"})
    assert "<strong>14</strong> responses" in html
    assert "Detractors (0–6)" in html
    html = page(admin_client, url, section=news.pk, **{"class": "promoter"})
    assert "<strong>16</strong> responses" in html
    assert "Must be promoter" in page(admin_client, url, **{"class": "fan"})


@pytest.mark.parametrize(
    ("kind", "given", "drawn", "table"),
    [
        (
            "matrix",
            [{"speed": "good", "price": "poor"}, {"speed": "good", "price": "fair"}] * 5,
            r"<th scope=\"row\">Speed \(n = 10\)</th>",
            r"100%",
        ),
        (
            "ranking",
            [["bees", "cats", "ants"], ["bees", "ants", "cats"]] * 5,
            r"<svg",
            r"<th scope=\"row\">Bees</th><td>1 \(10\)</td>",
        ),
    ],
)
def test_a_matrix_and_an_order_are_drawn_with_a_table(
    admin_client, survey, answer, kind, given, drawn, table
):
    change(survey, [*stream(), raw(kind)])
    for one in given:
        answer(more={f"q-{kind}": one})
    html = page(admin_client, f"/admin/cx-feedback/surveys/results/{survey.pk}/")
    section = html.split(f"Question of {kind}")[-1]
    assert re.search(drawn, section)
    assert re.search(table, section)
