"""Conditions, pages, endings and steps; the page's script answers the same cases elsewhere."""

import pytest

from cx_feedback.surveys.flow import condition_operators, piping, routing
from cx_feedback.surveys.questions.definitions import Definition, Question
from tests.surveys.flow.cases import MATCHES, PAGES, condition, item


@pytest.mark.parametrize(
    ("condition", "answers", "held"), [c[1:] for c in MATCHES], ids=[c[0] for c in MATCHES]
)
def test_conditions(condition, answers, held):
    assert condition_operators.matches_condition(condition, answers) is held


def test_every_operator_has_cases_of_both_outcomes():
    outcomes = {
        (rule["operator"], held)
        for _words, condition, _answers, held in MATCHES
        for rule in condition.get("rules", ())
    }
    assert outcomes == {
        (name, held) for name in condition_operators.OPERATORS for held in (True, False)
    }


@pytest.mark.parametrize(
    ("items", "answers", "keys"), [c[1:] for c in PAGES], ids=[c[0] for c in PAGES]
)
def test_pages(items, answers, keys):
    found = routing.split_into_pages(routing.get_shown_items(items, answers))
    assert [[one.key for one in page] for page in found] == keys


def keys_of(items):
    return ["".join(one.key for one in step) for step in routing.split_into_steps(items)]


def test_steps_for_those_without_javascript():
    assert keys_of([item("a"), item("b")]) == ["ab"]
    assert keys_of([item("a"), item("b"), item("-p"), item("c")]) == ["ab", "-pc"]
    on_a = [["a", "is", "x"]]
    assert keys_of([item("a"), item("b", on_a), item("c"), item("d", on_a)]) == ["a", "bcd"]
    assert keys_of([item("a"), item("!e", on_a), item("b")]) == ["a", "!e", "b"]
    assert keys_of([item("a"), item("!e"), item("b")]) == ["a!e", "b"]
    asks, says = Question("a", "text", "A?", token="name"), Question("b", "text", "Hi {{ name }}")
    assert keys_of([asks, item("c"), says]) == ["ac", "b"]


def test_a_plain_survey_has_no_flow():
    assert not routing.has_flow([item("a"), item("b", {"match": "all", "rules": []})])
    asks, says = Question("a", "text", "A?", token="name"), Question("b", "text", "Hi {{ name }}")
    for items in ([item("-p")], [item("!e")], [item("b", [["a", "is", "x"]])], [asks, says]):
        assert routing.has_flow(items)


def test_earlier_answers_said_again():
    words = {"name": "<Ana> {{ name }}"}
    assert (
        piping.pipe_text("Hi {{ name }}, {{name}}!", words)
        == "Hi <Ana> {{ name }}, <Ana> {{ name }}!"
    )
    assert piping.pipe_text("Hi {{ who | you there }}, {{ who }}!", words) == "Hi you there!"
    assert piping.pipe_text("Thanks, {{ name }}!", {}) == "Thanks!"
    assert piping.pipe_text("Hello {{ name }}, and thanks.", {}) == "Hello, and thanks."
    assert (
        piping.pipe_text("{{ Name }} {{ a b }} {% x %} { name }", words)
        == "{{ Name }} {{ a b }} {% x %} { name }"
    )
    question = Question(
        "q",
        "choice",
        "{{ name }}?",
        options={"choices": [{"key": "k", "label": "As {{ name }}"}], "n": 1},
    )
    said = piping.pipe_question(question, {"name": "Ana"})
    assert (said.label, said.options["choices"][0]["label"], said.options["n"]) == (
        "Ana?",
        "As Ana",
        1,
    )


def test_a_changed_scale_takes_its_conditions_along():
    class Registry:
        @staticmethod
        def get(name):
            return Registry

        get_meaning = staticmethod(lambda question: question.options.get("high"))
        merge_options = staticmethod(lambda before, now: now.options)
        is_turned_round = staticmethod(lambda former, now: False)

    looks = Question("b", "text", "B", show_if=condition([["a", "less", 3]]))
    before = Definition("T", questions=(Question("a", "scale", "A", options={"high": 5}), looks))
    now = Definition("T", questions=(Question("a", "scale", "A", options={"high": 7}), looks))
    a, b = now.following(before, Registry).questions
    assert a.key == "a_2"
    assert b.show_if["rules"] == [{"question": "a_2", "operator": "less", "value": 3}]


def test_a_definition_of_a_former_release_still_loads():
    question = {"key": "a", "type": "text", "label": "A", "help": "", "required": False}
    question["options"] = {}
    old = {"title": "T", "intro": "", "thanks": "", "questions": [question], "retired": []}
    loaded = Definition.from_json(old)
    assert loaded.questions[0].show_if == {}
    assert Definition.from_json(loaded.as_json()) == loaded
    assert loaded.limits.responses is None


FOUR_STEPS = [item("a"), item("-p"), item("b"), item("-q"), item("c"), item("-r"), item("d")]


@pytest.mark.parametrize(("number", "key"), [(0, "a"), (1, "b"), (2, "c"), (3, "d"), (9, "d")])
def test_the_last_key_of_a_step(number, key):
    assert routing.get_last_key(FOUR_STEPS, number) == key


@pytest.mark.parametrize(("number", "before"), [(0, 0), (1, 0), (3, 2)])
def test_the_first_step_has_none_before_it(number, before):
    assert routing.find_previous_step(FOUR_STEPS, {}, number).number == before


@pytest.mark.parametrize(("number", "is_last"), [(0, False), (2, False), (3, True)])
def test_the_last_step_is_the_one_after_which_nothing_is_asked(number, is_last):
    assert routing.is_last_step(routing.Step(number, ()), FOUR_STEPS) == is_last
    assert routing.is_last_step(routing.Step(number, ()), [*FOUR_STEPS, item("-s")]) == is_last


@pytest.mark.parametrize(
    ("answers", "fields", "number", "step"),
    [
        ({}, ["answers.c", "answers.b"], 3, 1),  # the first with an error
        ({}, [], 2, 2),
        ({"a": "x"}, [], 1, 0),  # step 1 is not shown: the one before
    ],
)
def test_readers_go_to_the_step_with_the_error(answers, fields, number, step):
    only_if_y = {"match": "all", "rules": [["a", "is", "y"]]}
    items = [*FOUR_STEPS[:1], item("-p", only_if_y if answers else None), *FOUR_STEPS[2:]]
    assert routing.find_step_with_error(items, answers, fields, number).number == step


def test_a_survey_without_questions_has_one_empty_step():
    empty = routing.Step(0, ())
    assert routing.get_first_step([]) == empty
    assert routing.find_previous_step([], {}, 0) == empty
    assert routing.find_step_with_error([], {}, ["answers.a"], 0) == empty
