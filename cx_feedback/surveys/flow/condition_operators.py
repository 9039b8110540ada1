"""Rules that decide whether answers match a condition.

``condition_rules.js`` applies the same rules in the browser; ``tests/surveys/flow/cases.json`` is
run against both. The rules don't depend on question types: answers are converted to lists of
values.

- a text or a choice's key: itself; a number: itself; consent: "true"
- several choices, a ranking: each, in their order
- ``{"other": "words"}``: ":other"
- a matrix: "row:column" for each row

Texts are compared folded (``core.text.text_folding``), that is, without regard to case. A question
that was not answered or not shown has no values.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cx_feedback.core.text.text_folding import fold_text

ALL, ANY = "all", "any"

#: The value of an answer in the reader's own words; no choice has this key.
OTHER = ":other"

Values = list[Any]


def get_values(answer: Any) -> Values:
    """Return the values of ``answer``."""
    if answer is None or answer == "":
        return []
    if isinstance(answer, bool):
        return ["true" if answer else "false"]
    if isinstance(answer, str):
        return [fold_text(answer)]
    if isinstance(answer, list):
        return [value for item in answer for value in get_values(item)]
    if isinstance(answer, dict):
        if "other" in answer:
            return [OTHER]
        return [fold_text(f"{row}:{column}") for row, column in answer.items()]
    return [answer]


def _are_equal(given: Values, wanted: Values) -> bool:
    return bool(given) and len(given) == len(wanted) and all(v in wanted for v in given)


def _has_one_of(given: Values, wanted: Values) -> bool:
    return any(value in wanted for value in given)


def _has_all(given: Values, wanted: Values) -> bool:
    """Return whether all wanted values were chosen, or are contained in one text."""
    if len(given) == 1 and isinstance(given[0], str):
        return bool(wanted) and all(str(value) in given[0] for value in wanted)
    return bool(wanted) and all(value in given for value in wanted)


def _compare_ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Values, Values], bool]:
    def compare(given: Values, wanted: Values) -> bool:
        if not given or not wanted:
            return False
        a, b = given[0], wanted[0]
        return isinstance(a, str) == isinstance(b, str) and holds(a, b)

    return compare


#: The comparison of an answer's values with the wanted ones, by operator.
OPERATORS: Mapping[str, Callable[[Values, Values], bool]] = {
    "is": _are_equal,
    "is_not": lambda given, wanted: not _are_equal(given, wanted),
    "one_of": _has_one_of,
    "none_of": lambda given, wanted: not _has_one_of(given, wanted),
    "contains": _has_all,
    "not_contains": lambda given, wanted: not _has_all(given, wanted),
    "first": lambda given, wanted: bool(given) and given[:1] == wanted[:1],
    "less": _compare_ordered(lambda a, b: a < b),
    "at_most": _compare_ordered(lambda a, b: a <= b),
    "greater": _compare_ordered(lambda a, b: a > b),
    "at_least": _compare_ordered(lambda a, b: a >= b),
    "answered": lambda given, _wanted: bool(given),
    "not_answered": lambda given, _wanted: not given,
}


def matches_condition(condition: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Return whether ``answers`` (question key to answer) match ``condition``.

    A condition is ``{"match": "all" or "any", "rules": [{"question", "operator", "value"}]}``;
    one without rules always matches.
    """
    rules = condition.get("rules") or []
    if not rules:
        return True
    combine = any if condition.get("match") == ANY else all
    return combine(_rule_holds(rule, answers) for rule in rules)


def _rule_holds(rule: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    given = get_values(answers.get(rule["question"]))
    return OPERATORS[rule["operator"]](given, get_values(rule.get("value")))


def find_condition_questions(condition: Mapping[str, Any]) -> set[str]:
    """Return the keys of the questions that ``condition`` depends on."""
    return {rule["question"] for rule in condition.get("rules") or []}
