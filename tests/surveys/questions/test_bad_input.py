"""What each type refuses, over REST and over the plain form, and that nothing else breaks it."""

import json
import re

import pytest
from django.template.loader import render_to_string
from django.utils.html import escape
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from cx_feedback.surveys import questions, services
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.base import InvalidAnswer
from cx_feedback.surveys.responses.form_fields import Field
from tests.pages import squeeze
from tests.surveys.questions.asking import BLOCKS, GOOD, question, raw

OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
#: What no type takes over REST.
NEVER = [-1, 1.5, 10**400, [[]], [{}], {"a": {}}, {"other": 5}, {"other": " "}, "\x00", "\ud800"]
#: Type to more that it refuses over REST.
REST = {
    "choice": [0, True, "pink", "Red", ":other", ["red"], {"other": "x" * 501}, {"other": 1}],
    "choices": [
        "red",
        ["red"],  # two at least
        ["red", "red"],
        ["red", "green", "blue", {"other": "x"}],  # three at most
        ["red", "pink"],
        ["red", {"other": ""}],
        [{"other": "x"}, {"other": "y"}],
        {"red": True},
        ["red"] * 10_000,
    ],
    "dropdown": ["pink", ["red"], {"other": "x", "more": "y"}],
    "rating": [0, 6, "4", True, [4], 4.5],
    "scale": [0, 6, "4", True, {}],
    "nps": [11, "10", 9.5, False],
    "csat": [0, 6, "good"],
    "ces": [0, 8, "7"],
    "emotion": ["furious", 1, ["sad"], {"other": "numb"}],
    "ranking": [
        "ants",
        ["ants"],
        ["ants", "bees", "bees"],
        ["ants", "bees", "dogs"],
        {"ants": 1, "bees": 1, "cats": 2},
        {"ants": 1, "bees": 2, "cats": 4},
        {"ants": 1, "bees": 2},
        {"ants": 1, "bees": 2, "cats": "3"},
        {"dogs": 1, "bees": 2, "cats": 3},
    ],
    "matrix": [
        "good",
        ["good"],
        {"speed": "great"},
        {"noise": "good"},
        {"speed": 1},
        {"speed": []},
    ],
    "number": [121, "40", True, [40], 40.5, 10**15, 1e300],
    "short_text": ["x", "x" * 21, 5, ["text"], {"a": "b"}, "a\x00"],
    "text": ["x" * 51, 5, ["text"]],
    "email": ["ana", "ana@", "@example.org", "a b@example.org", "a@b", f"{'x' * 250}@example.org"],
    "date": ["2026-02-30", "31/05/2026", "2019-12-31", "2031-01-01", 20260531, "2026-5-1", "soon"],
    "consent": ["true", "yes", 1, [True], {"true": True}],
}
#: Type to posts of a plain form that it refuses, as parts of the field's name to values.
FORM = {
    "choice": [{"": "pink"}, {"": ":other"}, {"": ":other", ".other": "  "}],
    "choices": [{"": ["red"]}, {"": ["red", "pink"]}, {"": ["red", ":other"], ".other": ""}],
    "dropdown": [{"": "pink"}, {"": ":other", ".other": "x" * 501}],
    "rating": [{"": "0"}, {"": "4.5"}, {"": "many"}, {"": "9" * 4000}, {"": "\u0664"}],
    "scale": [{"": "6"}, {"": "-1"}],
    "nps": [{"": "11"}, {"": "1e1"}],
    "csat": [{"": "6"}],
    "ces": [{"": "8"}],
    "emotion": [{"": "furious"}],
    "ranking": [
        {".ants": "1", ".bees": "1", ".cats": "2"},
        {".ants": "1"},
        {".ants": "first", ".bees": "2", ".cats": "3"},
        {".dogs": "1"},
    ],
    "matrix": [{".speed": "great"}, {".noise": "good"}],
    "number": [{"": "121"}, {"": "4,5"}, {"": "forty"}, {"": "NaN"}, {"": "1e999"}, {"": "9" * 99}],
    "short_text": [{"": "x"}, {"": "x" * 21}],
    "text": [{"": "x" * 51}],
    "email": [{"": "ana@"}],
    "date": [{"": "31/05/2026"}, {"": "2026-02-30"}, {"": "2019-12-31"}],
    "consent": [],  # a box is ticked or it is not
}


@pytest.fixture
def ask(db):
    def publish(kind, **changed):
        Locale.objects.get_or_create(language_code="en")
        stream = [raw(kind, "q", **changed), raw("text", "words")]
        return services.publish_survey(
            survey=Survey(title="One", questions=stream, open_by_address=True)
        )

    return publish


@pytest.mark.parametrize("kind", BLOCKS)
def test_refused_over_rest(client, ask, kind):
    survey = ask(kind)
    url = f"/feedback/api/v1/surveys/{survey.pk}/responses/"
    for value in [*REST[kind], *NEVER]:
        if kind == "text" and isinstance(value, str) and value.isprintable() and len(value) < 50:
            continue
        body = json.dumps({"answers": {"q": value, "words": "Kept"}})
        response = client.post(url, body, "application/json", **OWN)
        assert response.status_code == 400, (value, response.content)
        problem = response.json()
        assert list(problem["errors"]) == ["answers.q"], value
        assert all(len(text) > 5 for text in problem["errors"]["answers.q"])
    assert not Response.objects.exists()


@pytest.mark.parametrize("kind", BLOCKS)
def test_refused_over_the_plain_form_with_the_answers_given_back(client, ask, kind):
    survey = ask(kind)
    for parts in FORM[kind]:
        data = {f"answers.q{part}": value for part, value in parts.items()}
        response = client.post(
            f"/feedback/surveys/{survey.pk}/", {**data, "answers.words": "My <own> words"}, **OWN
        )
        html = response.content.decode()
        assert response.status_code == 400, parts
        assert "My &lt;own&gt; words" in html
        assert f'<a href="#cx-survey-{survey.pk}-1">Question of {kind}</a>: ' in html
        _assert_the_field_is_named(html, f"cx-survey-{survey.pk}-1")
        _assert_given_back(html, parts)
    assert not Response.objects.exists()


def _assert_the_field_is_named(html, field):
    assert f'<p class="cx-error" id="{field}-error">' in html
    described = rf'aria-describedby="{field}-help {field}-error"'
    assert re.search(rf'id="{field}"[^>]*{described}', html)
    assert 'aria-invalid="true"' in html


def _assert_given_back(html, parts):
    """What can stand in the field again does so."""
    for part, values in parts.items():
        for value in values if isinstance(values, list) else [values]:
            name = re.escape(f"answers.q{part}")
            offered = re.search(rf'name="{name}"[^>]* value="{re.escape(value)}"', html)
            if part == ".other":
                assert not value.strip() or escape(value) in html
            elif (offered and 'type="radio"' in offered[0]) or 'type="checkbox"' in html:
                found = re.search(rf'name="{name}" value="{re.escape(value)}"([^>]*)>', html)
                assert found is None or "checked" in found[1]
            elif f'<option value="{value}"' in html:
                assert re.search(rf'<option value="{re.escape(value)}"[^>]* selected', html)


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_required_answer_is_missed(client, ask, kind):
    survey = ask(kind, required=True)
    url = f"/feedback/api/v1/surveys/{survey.pk}/responses/"
    for value in (None, "", *([[]] if kind in ("choices", "ranking") else [])):
        answers = {"q": value, "words": "Kept"}
        response = client.post(url, {"answers": answers}, "application/json", **OWN)
        assert list(response.json()["errors"]) == ["answers.q"], value
    response = client.post(f"/feedback/surveys/{survey.pk}/", {"answers.words": "Kept"}, **OWN)
    assert response.status_code == 400
    assert "Kept</textarea>" in response.content.decode()
    _assert_the_field_is_named(response.content.decode(), f"cx-survey-{survey.pk}-1")


def test_a_required_matrix_wants_every_row(ask, client):
    survey = ask("matrix", required=True)
    response = client.post(f"/feedback/surveys/{survey.pk}/", {"answers.q.price": "poor"}, **OWN)
    html = squeeze(response.content)
    assert "Please choose an answer for “Speed” too." in html
    assert re.search(r'name="answers.q.price" value="poor"[^>]* checked', html)


KEYS = ["red", "sad", "ants", "bees", "cats", "speed", "price", "good", ":other", "other"]
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([*KEYS, "2026-05-31", "a@b.cc", "true"])
)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=4)
    ),
    max_leaves=8,
)
near = {
    "ranking": st.permutations(["ants", "bees", "cats"]),
    "choices": st.lists(st.sampled_from(["red", "green", "blue"]), min_size=2, unique=True),
    "number": st.integers(-5, 130) | st.floats(0, 120),
}


@pytest.mark.parametrize("kind", BLOCKS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_breaks_a_type(kind, data):
    """Whatever comes is refused in words or kept; what is kept can be all that answers are."""
    value = data.draw(anything | near.get(kind, leaves))
    asked, its_type = question(kind), questions.get(kind)
    field = Field(asked, "f", value, ("Wrong.",))
    assert render_to_string(its_type.template, {"field": field, "question": asked})
    if its_type.is_empty(value):
        return
    try:
        kept = its_type.clean(asked, value)
    except InvalidAnswer:
        return
    assert its_type.clean(asked, kept) == kept
    assert json.loads(json.dumps(kept, allow_nan=False)) == kept
    values = list(its_type.get_tally_values(asked, kept))
    assert all(0 < len(value) <= 64 for value in values)
    result = its_type.build_result(asked, dict.fromkeys(["", *values], 7))
    assert result.n == 7
    counted = sum(row.count for row in result.rows)
    # Of a ranking the rows count first places.
    assert counted == 7 * (1 if kind == "ranking" else len(result.rows and values))
    assert isinstance(its_type.format_answer(asked, kept), str)
    assert isinstance(its_type.get_own_words(asked, kept), str)
    json.dumps(its_type.get_activity_detail(asked, kept))
    left = its_type.anonymize_answer(kept)
    assert left is None or list(its_type.get_tally_values(asked, left)) == values


def test_every_type_is_tried_here():
    assert set(REST) == set(FORM) == set(BLOCKS) == set(GOOD)
