"""Results say what was asked then: former questions, choices and scales."""

import pytest

from tests.surveys.conftest import BAD, GOOD, change, stream

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(survey, answer):
    """A survey whose scale has another length now, and whose choice lacks one of two."""
    for number in range(40):
        answer(GOOD if number % 2 else BAD, more={"q-scale": 1 + number % 5}, page_id=None)
    raw = stream()
    raw[0]["value"]["choices"][1] = {"type": "item", "id": "c-fair", "value": "Fair"}
    raw[1]["value"]["high"] = 7
    return change(survey, raw)


def test_a_changed_scale_and_a_former_choice_are_named_on_each_tab(admin_client, changed):
    url = f"/admin/cx-feedback/surveys/results/{changed.pk}/"

    def read(tab="", **query):
        return admin_client.get(f"{url}{tab}", query).content.decode()

    overview = read()
    assert overview.count("How easy?") > 1
    assert "no longer asked" in overview
    assert "Bad (no longer offered)" in overview
    assert "How easy? (no longer asked)" in overview  # in the filters
    crosstab = read("crosstab/", rows="q-choice", columns="q-scale")
    assert "How easy? (no longer asked)" in crosstab
    assert "Bad (no longer offered)" in crosstab
    assert "How easy? (no longer asked)" in read("pages/", score="q-scale")


def test_rest_marks_them(admin_client, changed):
    data = admin_client.get(f"/feedback/api/v1/surveys/{changed.pk}/results/").json()
    found = {q["question"]: q for q in data["questions"]}
    assert [found[key]["retired"] for key in ("q-scale", "q-scale_2")] == [True, False]
    assert found["q-scale"]["n"] == 40
    bad = next(row for row in found["q-choice"]["rows"] if row["value"] == BAD)
    assert (bad["retired"], bad["label"], bad["count"]) == (True, "Bad", 20)
