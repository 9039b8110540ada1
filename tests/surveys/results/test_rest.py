import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from cx_feedback.surveys.models import Response, Survey
from tests.surveys.conftest import BAD, GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(survey):
    return f"/feedback/api/v1/surveys/{survey.pk}/results/"


@pytest.fixture
def answered(answer):
    for number in range(60):
        answer(
            BAD if number % 3 else GOOD, more={"q-scale": 4 + number % 2}, page_id=1 + number // 57
        )


def test_results_with_filters(admin_client, url, answered):
    everybody = admin_client.get(url).json()
    assert (everybody["n"], everybody["total"]) == (60, 60)
    good = admin_client.get(url, {"answer": f"q-choice:{GOOD}"}).json()
    assert (good["n"], good["total"]) == (20, 60)
    scale = next(q for q in good["questions"] if q["question"] == "q-scale")
    assert [row["count"] for row in scale["rows"]] == [0, 0, 0, 10, 10]


def test_few_readers_and_all_but_few_are_hidden(admin_client, url, answered):
    for page in (1, 2):  # 57 and 3
        found = admin_client.get(url, {"page": page}).json()
        assert (found["n"], found["questions"]) == (None, [])


def test_a_wrong_filter_is_named(admin_client, url):
    response = admin_client.get(url, {"since": "x", "answer": "nothing", "page": "no"})
    assert response.status_code == 400
    assert set(response.json()["errors"]) == {"since", "answer", "page"}


def test_a_crosstab(admin_client, url, answered):
    query = {"rows": "q-choice", "columns": "q-scale"}
    found = admin_client.get(f"{url}crosstab/", query).json()
    assert (found["counts"], found["n"]) == ([[0, 0, 0, 10, 10], [0, 0, 0, 20, 20]], 60)
    assert found["association"]["v"] == 0
    hidden = admin_client.get(f"{url}crosstab/", {**query, "page": 2}).json()
    assert (hidden["shown"], hidden["counts"]) == (False, None)
    assert admin_client.get(f"{url}crosstab/").status_code == 400


@pytest.fixture
def in_time(survey, answer):
    """From 1 to 20 March 9 answers a day, easier from Monday the 16th on; one of nine on page 2."""
    version = survey.versions.get(current=True)
    Response.objects.bulk_create(
        Response(
            survey=survey,
            version=version,
            page_id=1 + (number == 8),
            answers={"q-choice": GOOD, "q-scale": min(5, 2 + number % 3 + (day > 15))},
            created_at=datetime.datetime(2026, 3, day, 12, tzinfo=datetime.UTC),
        )
        for day in range(1, 21)
        for number in range(9)
    )


@pytest.mark.parametrize(("span", "points"), [("day", 20), ("week", 4), ("month", 1)])
def test_the_trend_by_day_week_and_month(admin_client, url, in_time, span, points):
    found = admin_client.get(f"{url}trend/", {"span": span}).json()
    assert (found["question"], found["span"], len(found["points"])) == ("q-scale", span, points)
    assert sum(point["score"]["n"] for point in found["points"]) == 180
    means = [point["score"]["value"] for point in found["points"]]
    if span == "day":
        assert means == [3.0] * 15 + [4.0] * 5
        assert found["change"]["verdict"] == "unclear"
    elif span == "week":
        assert [p["first"] for p in found["points"]][:2] == ["2026-03-01", "2026-03-02"]
        assert found["change"]["verdict"] == "higher"
    else:
        assert (means, found["change"]) == ([3.25], None)
    # As on the page of results: a filter that leaves a few on a day puts days together.
    few = admin_client.get(f"{url}trend/", {"span": span, "page": 2}).json()
    assert all(point["score"]["n"] >= 5 for point in few["points"])
    assert len(few["points"]) <= min(points, 3)


def test_two_periods(admin_client, url, in_time):
    days = {"before_since": "2026-03-06", "before_until": "2026-03-15"}
    days |= {"after_since": "2026-03-16", "after_until": "2026-03-20"}
    found = admin_client.get(f"{url}periods/", days).json()
    assert (found["before"]["n"], found["after"]["n"]) == (90, 45)
    scale = next(pair for pair in found["pairs"] if pair["question"] == "q-scale")
    assert (scale["change"]["value"], scale["change"]["verdict"]) == (1, "higher")
    rows = {row["label"][:1]: row for row in scale["rows"]}
    assert rows["5"]["before"]["value"] == 0
    assert rows["5"]["change"]["value"] == pytest.approx(100 / 3)
    # One day of page 2 is one reader.
    hidden = admin_client.get(f"{url}periods/", {**days, "after_until": "2026-03-16", "page": 2})
    assert (hidden.json()["after"]["n"], hidden.json()["pairs"]) == (None, [])


def test_what_is_wrong_with_a_trend_or_a_period_is_named(admin_client, url):
    response = admin_client.get(f"{url}trend/", {"span": "year", "question": "q-text"})
    assert (response.status_code, set(response.json()["errors"])) == (400, {"span", "question"})
    days = {"before_since": "2026-03-01", "before_until": "2026-02-01", "after_since": "2026-03-01"}
    response = admin_client.get(f"{url}periods/", days)
    assert (response.status_code, set(response.json()["errors"])) == (400, {"after_until"})
    response = admin_client.get(f"{url}periods/", {**days, "after_until": "2026-03-02"})
    assert set(response.json()["errors"]) == {"before_until"}


def test_staff_with_the_right_only(client, url):
    for address in (url, *(f"{url}{name}/" for name in ("crosstab", "trend", "periods"))):
        assert client.get(address).status_code in (401, 403)


def test_page_editors_see_their_page_and_no_texts(admin_client, answer, article):
    for number in range(12):
        answer(GOOD if number % 2 else BAD, more={"q-text": "secret"}, page_id=article.pk)
    edit = admin_client.get(f"/admin/pages/{article.pk}/edit/").content.decode()
    address = f"/admin/cx-feedback/surveys/page/{article.pk}/"
    assert address in edit
    html = admin_client.get(address).content.decode()
    assert "12 responses" in html
    assert "secret" not in html
    assert "Answered in the last 7 days" in admin_client.get("/admin/").content.decode()


def test_nobody_else_sees_a_page(client, article, django_user_model):
    client.force_login(django_user_model.objects.create_user("x"))
    assert client.get(f"/admin/cx-feedback/surveys/page/{article.pk}/").status_code in (302, 403)


def test_an_editor_of_one_page_sees_its_answers_and_no_others(
    client, django_user_model, answer, article, home
):
    other = home.add_child(instance=Page(title="Other", slug="other"))
    for number in range(24):
        answer(
            GOOD if number % 2 else BAD,
            more={"q-text": "secret"},
            page_id=(article, other)[number % 4 == 0].pk,
        )
    group = Group.objects.create(name="Of one page")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(group=group, page=article, permission_type="change")
    user = django_user_model.objects.create_user("eva")
    user.groups.add(group)
    client.force_login(user)
    html = client.get(f"/admin/cx-feedback/surveys/page/{article.pk}/").content.decode()
    assert "18 responses" in html
    assert "secret" not in html
    assert client.get(f"/admin/cx-feedback/surveys/page/{other.pk}/").status_code == 302
    survey = Survey.objects.get()
    results = f"/admin/cx-feedback/surveys/results/{survey.pk}/"
    for address in (results, f"{results}texts/", f"{results}?page={article.pk}"):
        assert client.get(address).status_code == 302
    assert client.get(f"/feedback/api/v1/surveys/{survey.pk}/results/").status_code == 403
    assert "Answered in the last 7 days" not in client.get("/admin/").content.decode()
