"""Conditions and quotas in words, for the comparison of two versions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import pgettext

from cx_feedback.core.text.quotation import quote_text, quote_texts
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow.condition_field import LABELS
from cx_feedback.surveys.flow.condition_operators import ANY
from cx_feedback.surveys.flow.survey_validation import NEEDS_NO_VALUE
from cx_feedback.surveys.questions.definitions import Question

Asked = Mapping[str, Question]


def describe_condition(condition: Mapping[str, Any], asked: Asked) -> str:
    """Return a condition in words, "" for none; ``asked`` are the questions by key."""
    rules = [_describe_rule(rule, asked) for rule in condition.get("rules") or ()]
    if len(rules) < 2:
        return "".join(rules)
    how = LABELS["any" if condition.get("match") == ANY else "all"]
    return f"{how}: {'; '.join(rules)}"


def describe_quotas(quotas: Sequence[Mapping[str, Any]], asked: Asked) -> str:
    """Return quotas in words, one per line."""
    return "\n".join(
        pgettext("survey", "“%(question)s” is “%(answer)s”: at most %(n)s")
        % {
            "question": _get_question_label(quota["question"], asked),
            "answer": _get_answer_label(quota["value"], asked.get(quota["question"])),
            "n": quota["limit"],
        }
        for quota in quotas
    )


def _describe_rule(rule: Mapping[str, Any], asked: Asked) -> str:
    operator, value = rule["operator"], rule.get("value", "")
    said = f"{quote_text(_get_question_label(rule['question'], asked))} {LABELS[operator]}"
    if operator in NEEDS_NO_VALUE:
        return said
    values = value if isinstance(value, list) else [value]
    answers = quote_texts(_get_answer_label(one, asked.get(rule["question"])) for one in values)
    return f"{said} {answers}"


def _get_question_label(key: str, asked: Asked) -> str:
    return asked[key].label if key in asked else str(LABELS["gone"])


def _get_answer_label(value: Any, question: Question | None) -> str:
    """Return the label of a value that a condition compares with, itself where it has none."""
    if question is None:
        return str(value)
    values = questions.get(question.type).get_condition_values(question) or {}
    return values.get(str(value)) or str(value)
