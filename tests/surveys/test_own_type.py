"""The guide ``docs/adding-a-question-type.md``: its code works as it stands there."""

import re
import sys
import types
from pathlib import Path

import pytest
from django.template import Context, Template

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.base import InvalidAnswer
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.responses.form_fields import Field

GUIDE = Path(__file__).parents[2] / "docs/adding-a-question-type.md"


@pytest.fixture
def yes_no(settings, monkeypatch):
    module = types.ModuleType("magazine_questions")
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)[1]
    exec(code, module.__dict__)
    monkeypatch.setitem(sys.modules, "magazine_questions", module)
    settings.CX_FEEDBACK = {"QUESTION_TYPES": ["magazine_questions.YesNo"]}
    monkeypatch.setattr(questions, "_types", {})
    return questions.get("magazine_yes_no")


def test_a_type_of_a_site(yes_no):
    value = yes_no.block().to_python({"label": "Again?", "help": "", "required": True})
    question = yes_no.build_question("again", value)
    definition = Definition("Own", questions=(question,))
    assert questions.clean_answers(definition, {"again": "yes"}) == {"again": "yes"}
    with pytest.raises(InvalidInput) as caught:
        questions.clean_answers(definition, {"again": "perhaps"})
    assert caught.value.fields == {"answers.again": ["Say yes or no."]}
    counts = dict.fromkeys(["", "yes"], 7)
    assert [(row.value, row.count) for row in yes_no.build_result(question, counts).rows] == [
        ("yes", 7),
        ("no", 0),
    ]
    assert list(questions.all_types())[-1] == yes_no.name
    assert yes_no.format_answer(question, "no") == "No"


@pytest.mark.parametrize("value", [1, None, ["yes"], {"yes": 1}, True])
def test_the_example_refuses_whatever_comes(yes_no, value):
    with pytest.raises(InvalidAnswer):
        yes_no.clean(Question("again", yes_no.name, "Again?"), value)


def test_the_template_of_a_type_of_a_site(yes_no):
    question = Question("again", yes_no.name, "Again?", help="Think.", required=True)
    html = re.search(r"```html\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)[1]
    field = Field(question, "f-1", "no", ("Say yes or no.",))
    shown = Template(html.split("\n", 1)[1]).render(Context({"field": field, "question": question}))
    assert '<fieldset id="f-1" aria-describedby="f-1-help f-1-error">' in shown
    assert shown.count('name="answers.again"') == 2
    assert 'value="no" checked required' in shown
    assert '<p class="cx-error" id="f-1-error">Say yes or no.</p>' in shown


def test_a_type_taken_out_again_stays_counted(yes_no, settings, monkeypatch):
    definition = Definition("Own", questions=(Question("again", yes_no.name, "Again?"),))
    settings.CX_FEEDBACK = {}
    monkeypatch.setattr(questions, "_types", {})
    assert ("again", "") in set(questions.counted(definition, {"again": "yes"}))
    assert questions.get(yes_no.name).build_result(definition.questions[0], {"": 3}).n == 3
    with pytest.raises(InvalidInput):
        questions.clean_answers(definition, {"again": "yes"})
