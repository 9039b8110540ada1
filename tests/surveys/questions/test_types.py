"""What holds for every type: both ways in, words, counts, erasure, the same form for all."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from cx_feedback.core.privacy.lookups import Person
from cx_feedback.surveys import personal, questions, selectors, services
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.base import QuestionType
from cx_feedback.surveys.responses.form_fields import Field
from cx_feedback.surveys.results.results_by_question import get_results
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.templatetags.cx_feedback_surveys import cx_survey_draft
from tests.surveys.questions.asking import BLOCKS, GOOD, question, raw

pytestmark = pytest.mark.django_db
OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
PERSONAL = {"short_text": None, "text": None, "email": None, "date": "2026-05-01"}
PERSONAL |= {"choices": ["red", {"other": ""}], "dropdown": {"other": ""}}


@pytest.fixture
def all_types(locales):
    stream = [raw(kind) for kind in BLOCKS]
    return services.publish_survey(
        survey=Survey(title="All of them", questions=stream, open_by_address=True)
    )


def form_of(kind):
    return {f"answers.q-{kind}{part}": value for part, value in GOOD[kind][1].items()}


def test_every_type_is_tried_here():
    asking = {name for name, kind in questions.all_types().items() if kind.asks}
    assert asking == set(BLOCKS) == set(GOOD)


def test_one_answer_by_rest_and_by_form(client, all_types):
    answers = {f"q-{kind}": good[0] for kind, good in GOOD.items()}
    url = f"/feedback/api/v1/surveys/{all_types.pk}/responses/"
    response = client.post(url, {"answers": answers}, "application/json", **OWN)
    assert response.status_code == 201, response.content
    data = {name: value for kind in GOOD for name, value in form_of(kind).items()}
    response = client.post(f"/feedback/surveys/{all_types.pk}/", data, follow=True, **OWN)
    assert "Thank you" in response.content.decode()
    by_rest, by_form = Response.objects.order_by("pk")
    assert by_rest.answers == answers
    assert by_form.answers == answers


@pytest.mark.parametrize("kind", BLOCKS)
def test_words_counts_and_what_is_left_of_a_person(kind):
    asked, its_type = question(kind), questions.get(kind)
    value = its_type.clean(asked, GOOD[kind][0])
    with override("en"):
        assert its_type.format_answer(asked, value) == GOOD[kind][2]
    left = its_type.anonymize_answer(value)
    assert left == PERSONAL.get(kind, value)
    if left is not None:
        assert list(its_type.get_tally_values(asked, left)) == list(
            its_type.get_tally_values(asked, value)
        )
        assert "pink" not in its_type.format_answer(asked, left)
    counts = {"": 1, **dict.fromkeys(its_type.get_tally_values(asked, value), 1)}
    result = its_type.build_result(asked, counts)
    assert result.n == 1
    has_text = kind in ("short_text", "text", "email", "choices", "dropdown")
    assert bool(its_type.get_own_words(asked, value)) == has_text
    assert result.has_texts >= has_text
    counted = [row.count for row in result.rows] + [c.count for r in result.rows for c in r.cells]
    assert sum(counted) >= (kind not in ("short_text", "text", "email", "consent"))


def test_results_are_the_same_before_and_after_folding_and_erasing(all_types, reader):
    answers = {f"q-{kind}": good[0] for kind, good in GOOD.items()}
    for _n in range(6):
        services.submit_response(survey_id=all_types.pk, answers=answers, reader=reader)
    before = get_results(survey=all_types)
    assert [r.n for r in before.questions] == [6] * len(GOOD)
    personal.erase_responses(Person(reader_ids=(reader.pk,)))
    assert get_results(survey=all_types) == before
    fold_responses()
    assert get_results(survey=all_types) == before


def test_an_unfinished_draft_is_shown(locales):
    """Fields that are still empty are for publishing to find."""
    empty = dict.fromkeys(("low", "high", "step", "look", "top", "first", "cluster"))
    empty |= {"choices": [], "rows": [], "columns": [], "emotions": [], "label": ""}
    stream = [{**raw(kind), "value": {**raw(kind)["value"], **empty}} for kind in BLOCKS]
    survey = Survey(title="Draft", live=False, questions=stream)
    survey.save()
    assert cx_survey_draft(survey).count("<fieldset") >= 8


def test_the_definition_names_every_key_only_once(all_types):
    definition = selectors.get_live_survey(survey_id=all_types.pk).definition
    assert len({q.key for q in definition.questions}) == len(BLOCKS)


@pytest.mark.parametrize("kind", ["rating", "scale", "nps", "csat", "ces", "emotion"])
def test_fields_left_at_their_defaults_are_frozen_as_plain_data(locales, kind):
    stream = [{"type": kind, "id": "q", "value": {"label": "How?"}}]
    survey = services.publish_survey(survey=Survey(title="Defaults", questions=stream))
    assert len(survey.definition().digest) == 32
    assert selectors.get_published_definition(survey).questions[0].label == "How?"


def test_the_docstring_of_types_names_what_their_templates_read():
    folder = Path(questions.__file__).parents[1] / "templates/cx_feedback/surveys/questions"
    source = "".join(path.read_text() for path in folder.glob("*.html"))
    told = set(re.findall(r"``field\.(\w+)``", QuestionType.__doc__))
    assert told == set(re.findall(r"\bfield\.(\w+)", source))
    assert told <= {*vars(Field), *Field.__dataclass_fields__}
