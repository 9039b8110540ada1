"""Every number that a results page shows is in the JSON of its endpoint."""

import datetime
import html
import random
import re

import pytest
from django.template.defaultfilters import floatformat

from cx_feedback.core.admin.charts import format_figure
from cx_feedback.surveys import questions, services
from cx_feedback.surveys.models import Response, Start, Survey
from cx_feedback.surveys.results.charts import format_rounded
from tests.surveys.questions.asking import BLOCKS, raw

pytestmark = pytest.mark.django_db

#: A number as these pages write them, with its sign.
NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
ANSWERS = {
    "choice": lambda c: c.choice(["red", "red", "green", {"other": "x"}]),
    "choices": lambda c: c.choice([["red", "green"], ["green", "blue", {"other": "x"}]]),
    "dropdown": lambda c: c.choice(["red", "green", "green"]),
    "rating": lambda c: c.randint(2, 5),
    "scale": lambda c: c.randint(1, 5),
    "nps": lambda c: c.choice([3, 7, 8, 9, 10, 10]),
    "csat": lambda c: c.randint(1, 5),
    "ces": lambda c: c.randint(2, 7),
    "emotion": lambda c: c.choice(["sad", "happy", "happy", "safe"]),
    "ranking": lambda c: c.sample(["ants", "bees", "cats"], 3),
    "matrix": lambda c: {"speed": c.choice(["poor", "good"]), "price": "fair"},
    "number": lambda c: c.choice([17, 23, 23, 41, 58]),
    "short_text": lambda c: "Words",
    "text": lambda c: "Words",
    "email": lambda c: "a@example.org",
    "date": lambda c: c.choice(["2026-03-14", "2026-04-02"]),
    "consent": lambda c: True,
}


@pytest.fixture
def answered(locales):
    """A survey that asks every type, with 41 responses on a few days and 53 starts."""
    survey = services.publish_survey(
        survey=Survey(title="All", questions=[raw(kind) for kind in BLOCKS])
    )
    chance, version = random.Random(4), survey.versions.get(current=True)
    asked = {q.type: q for q in survey.definition().questions}
    Response.objects.bulk_create(
        Response(
            survey=survey,
            version=version,
            language="en" if n % 2 else "es",
            created_at=datetime.datetime(2026, 3, 1 + n % 14, 12, tzinfo=datetime.UTC),
            seconds=20 + n,
            answers={
                f"q-{kind}": questions.get(kind).clean(asked[kind], ANSWERS[kind](chance))
                for kind in BLOCKS
                if n < 37 or kind == "choice"
            },
        )
        for n in range(41)
    )
    Start.objects.bulk_create(Start(survey=survey) for _ in range(53))
    return survey


def numbers_of(page):
    """Return the numbers in the words of a part of a page."""
    text = html.unescape(re.sub(r"<[^>]*>", " ", page))
    return set(NUMBER.findall(text.replace("95% interval", "").replace("95% confidence", "")))


def values_of(data):
    """Iterate over all numbers in JSON, and those in its texts."""
    if isinstance(data, dict):
        for value in data.values():
            yield from values_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from values_of(value)
    elif isinstance(data, str):
        yield from NUMBER.findall(data)
    elif data is not None and not isinstance(data, bool):
        yield data


def written(data):
    """Return all numbers in JSON as pages may round them."""
    found = set()
    for value in values_of(data):
        if isinstance(value, str):
            found.add(value)
            continue
        texts = [format_figure(value), *(format_rounded(value, places) for places in range(4))]
        texts += [str(floatformat(value, places)) for places in range(3)]  # halves go up
        texts += [text.replace("-", "−") for text in texts]
        found |= {t for text in texts for t in NUMBER.findall(text)}
    return found


def cards_of(page):
    """Return the cards of a results page by their heading."""
    sections = re.findall(r'<section class="cx-result".*?</section>', page, re.S)
    return {
        html.unescape(re.search(r"<h2[^>]*>(.*?)</h2>", s, re.S)[1]).strip(): s for s in sections
    }


@pytest.mark.parametrize("query", ["", "language=en", "answer=q-choice:red"])
def test_the_overview(admin_client, answered, query):
    page = admin_client.get(f"/admin/cx-feedback/surveys/results/{answered.pk}/?{query}")
    api = f"/feedback/api/v1/surveys/{answered.pk}/results/"
    data = admin_client.get(f"{api}?{query}").json()
    trend = admin_client.get(f"{api}trend/?{query}").json()
    content = page.content.decode()
    cards = cards_of(content)
    by_label = {q["label"]: q for q in data["questions"]}
    seen = set()
    for heading, card in cards.items():
        if heading == "Trend":
            continue
        numbers = numbers_of(card)
        seen |= numbers
        missing = numbers - written(by_label[heading])
        assert not missing, (heading, missing)
        assert str(by_label[heading]["n"]) in numbers
    assert {f"Question of {kind}" for kind in BLOCKS} <= cards.keys()
    assert len(seen) > 40
    figures = re.search(r'<ul class="cx-figures">.*?</ul>', content, re.S)[0]
    figures = re.sub(r"<strong>(\d+) s</strong>", r"<strong>\1</strong>", figures)
    assert not numbers_of(figures) - written({k: data[k] for k in ("n", "total", "pace")})
    if not query:
        assert data["pace"]["started"] == 53
        assert data["pace"]["median_seconds"] == 40
        assert len(numbers_of(figures)) >= 5
        assert trend["points"]
    shown = re.search(r"<table.*?</table>", cards["Trend"], re.S) if "Trend" in cards else None
    for figure in re.findall(r"<td>(.*?)</td>", shown[0]) if shown else ():
        assert not numbers_of(figure) - written(trend["points"])


def test_medians_balances_ranks_and_cells_have_names(admin_client, answered):
    data = admin_client.get(f"/feedback/api/v1/surveys/{answered.pk}/results/").json()
    found = {q["type"]: q for q in data["questions"]}
    assert [f["label"] for f in found["number"]["figures"]] == ["Median (years)"]
    assert found["number"]["figures"][0]["score"]["value"] in (17, 23, 41)
    assert found["number"]["score_label"] == "Mean (years)"
    assert found["ces"]["figures"][0]["label"] == "Easy (6-7) less hard (1-3)"
    assert "Net emotional value" in [f["label"] for f in found["emotion"]["figures"]]
    assert found["ranking"]["row_score_label"] == "Mean rank"
    assert [len(row["cells"]) for row in found["matrix"]["rows"]] == [3, 3]
    assert found["text"]["has_texts"]
    assert not found["rating"]["has_texts"]


def test_the_cross_tab(admin_client, answered):
    query = {"rows": "q-choice", "columns": "q-rating"}
    page = admin_client.get(f"/admin/cx-feedback/surveys/results/{answered.pk}/crosstab/", query)
    api = f"/feedback/api/v1/surveys/{answered.pk}/results/crosstab/"
    data = admin_client.get(api, query).json()
    assert data["shown"]
    said = page.content.decode()
    if data["association"]["significant"]:
        assert data["association"]["strength"] in said
    assert f"p {format_rounded(data['association']['p'], 3)}" in said
    assert data["single"] is True
    table = next(
        t for t in re.findall(r"<table.*?</table>", page.content.decode(), re.S) if "Total" in t
    )
    body = [[int(n) for n in re.findall(r"<td>(\d+)</td>", row)] for row in table.split("<tr>")[2:]]
    assert body == [[*row, sum(row)] for row in data["counts"]]


def test_two_periods(admin_client, answered):
    query = {
        "before_since": "2026-03-01",
        "before_until": "2026-03-07",
        "after_since": "2026-03-08",
        "after_until": "2026-03-14",
    }
    page = admin_client.get(f"/admin/cx-feedback/surveys/results/{answered.pk}/compare/", query)
    api = f"/feedback/api/v1/surveys/{answered.pk}/results/periods/"
    data = admin_client.get(api, query).json()
    pairs = {pair["label"]: pair for pair in data["pairs"]}
    cards = cards_of(page.content.decode())
    assert cards
    for heading, card in cards.items():
        sides = [
            next(q for q in data[side]["questions"] if q["label"] == heading)
            for side in ("before", "after")
        ]
        missing = numbers_of(card) - written([pairs[heading], *sides])
        assert not missing, (heading, missing)
