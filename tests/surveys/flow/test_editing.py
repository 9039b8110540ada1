"""What publishing refuses in conditions, names, endings and quotas."""

import pytest
from django.core.exceptions import ValidationError
from wagtail import blocks

from cx_feedback.surveys import questions
from cx_feedback.surveys.flow.condition_field import ConditionsField
from cx_feedback.surveys.flow.endings import EndingBlock
from cx_feedback.surveys.flow.quota_field import QuotasField
from cx_feedback.surveys.flow.survey_validation import find_flow_problems, find_quota_problems
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.definitions import Question
from tests.surveys.flow.cases import condition
from tests.surveys.flow.conftest import NO, YES, flow

KEYS = {"choices": [{"key": YES, "label": "Yes"}, {"key": NO, "label": "No"}], "other": ""}
FIRST = Question("a", "choice", "A?", options=KEYS, token="one")
POINTS = Question("p", "scale", "P?", options={"low": 1, "high": 5})


def looking(*rules):
    return Question("b", "text", "B?", show_if=condition(list(rules)))


@pytest.mark.parametrize(
    ("items", "place", "field", "words"),
    [
        ([FIRST, looking(["", "is", ""])], 1, "show_if", "Choose a question"),
        ([FIRST, looking(["gone", "is", "x"])], 1, "show_if", "a question that has been removed"),
        ([looking(["a", "is", YES]), FIRST], 0, "show_if", "“A?”, which comes later"),
        ([looking(["b", "answered", ""])], 0, "show_if", "which comes later"),
        ([FIRST, looking(["a", "is", ""])], 1, "show_if", "what to compare the answer to “A?”"),
        ([FIRST, looking(["a", "is", "gone"])], 1, "show_if", "an option of “A?” that has been"),
        ([FIRST, looking(["a", "one_of", [YES, "x"]])], 1, "show_if", "has been removed"),
        ([FIRST, looking(["a", "is", ":other"])], 1, "show_if", "has been removed"),
        ([POINTS, looking(["p", "less", "3"])], 1, "show_if", "is a number"),
        ([FIRST, Question("b", "text", "B", token="one")], 1, "token", "has this name"),
        ([Question("b", "text", "Hi {{ one }}"), FIRST], 0, "label", "No earlier question"),
        ([Question("e", "ending", "E"), FIRST], 0, "show_if", "Nobody gets past"),
    ],
)
def test_what_leads_nowhere_is_named_at_its_block(items, place, field, words):
    [(found, wrong)] = find_flow_problems(items).items()
    assert (found, list(wrong)) == (place, [field])
    assert words in wrong[field][0]


def test_what_leads_somewhere_is_fine():
    says = Question("c", "text", "Hi {{ one }}", show_if=condition([["p", "less", 3]]))
    end = Question("e", "ending", "E")
    assert find_flow_problems([FIRST, POINTS, looking(["a", "is", YES]), says, end]) == {}
    assert find_flow_problems([FIRST, looking(["a", "not_answered", ""])]) == {}


@pytest.mark.django_db
def test_a_draft_may_be_unfinished_and_a_published_survey_not():
    raw = flow()[1:]
    block = Survey._meta.get_field("questions").stream_block
    assert len(block.clean_deferred(block.to_python(raw))) == len(raw)
    with pytest.raises(blocks.StreamBlockValidationError) as caught:
        block.clean(block.to_python(raw))
    assert list(caught.value.block_errors) == [0]
    assert block.clean(block.to_python(flow()))


@pytest.mark.parametrize("text", ["{", "[1]", '{"rules": 1}', '{"rules": [{"operator": "x"}]}'])
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(ValidationError):
        ConditionsField(required=False).clean(text)


def test_quotas():
    right = {"question": "a", "value": YES, "limit": 5}
    assert find_quota_problems([FIRST], [right]) == []
    assert "two quotas" in find_quota_problems([FIRST], [right, right])[0]
    assert "Choose the answer" in find_quota_problems([FIRST], [{**right, "value": "x"}])[0]
    assert "Choose a question" in find_quota_problems([FIRST], [{**right, "question": "x"}])[0]
    field = QuotasField(required=False)
    assert field.clean("") == []
    assert field.clean('[{"question": "a", "value": "b", "limit": 1, "x": 2}]') == [
        {"question": "a", "value": "b", "limit": 1}
    ]
    for text in ("{", "{}x", '[{"question": "a", "value": "b", "limit": 0}]', "[1]"):
        with pytest.raises(ValidationError):
            field.clean(text)


def test_a_question_without_words_is_listed_by_its_type():
    assert questions.get_condition_types()["choice"]["label"] == "Single choice"


def clean_ending(**value):
    block = EndingBlock()
    return block.clean(block.to_python({"label": "Fans", "help": "", "page": None, **value}))


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"url": "http://example.org/fans"}, "url"),
        ({"label": "x" * 301}, "label"),
        ({"help": "x" * 5001}, "help"),
    ],
)
def test_an_ending_that_is_refused(value, field):
    with pytest.raises(blocks.StructBlockValidationError) as caught:
        clean_ending(**value)
    assert list(caught.value.block_errors) == [field]


def test_an_ending_leads_to_a_page_or_an_address(home):
    assert clean_ending(label="x" * 300, help="x" * 5000)
    assert clean_ending(page=home.pk)["page"] == home
    assert clean_ending(url="https://example.org/fans")["url"] == "https://example.org/fans"
    with pytest.raises(blocks.StructBlockValidationError) as caught:
        clean_ending(page=home.pk, url="https://example.org/fans")
    assert list(caught.value.block_errors) == ["url"]
