import pytest

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
    assert found["counts"] == [[10, 10], [20, 20]] or found["n"] == 60
    assert found["association"]["v"] == 0
    hidden = admin_client.get(f"{url}crosstab/", {**query, "page": 2}).json()
    assert (hidden["shown"], hidden["counts"]) == (False, None)
    assert admin_client.get(f"{url}crosstab/").status_code == 400


def test_staff_with_the_right_only(client, url):
    for address in (url, f"{url}crosstab/"):
        assert client.get(address).status_code in (401, 403)


def test_page_editors_see_their_page_and_no_texts(admin_client, answer, article):
    for number in range(12):
        answer(GOOD if number % 2 else BAD, more={"q-text": "secret"}, page_id=article.pk)
    edit = admin_client.get(f"/admin/pages/{article.pk}/edit/").content.decode()
    address = f"/admin/cx-surveys/page/{article.pk}/"
    assert address in edit
    html = admin_client.get(address).content.decode()
    assert "12 responses" in html
    assert "secret" not in html
    assert "Answered in the last 7 days" in admin_client.get("/admin/").content.decode()


def test_nobody_else_sees_a_page(client, article, django_user_model):
    client.force_login(django_user_model.objects.create_user("x"))
    assert client.get(f"/admin/cx-surveys/page/{article.pk}/").status_code in (302, 403)
