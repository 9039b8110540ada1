"""The flow of a survey in the compact form that ``surveys.js`` reads."""

from collections.abc import Sequence
from typing import Any

from cx_feedback.surveys.flow import routing
from cx_feedback.surveys.flow.condition_operators import ANY
from cx_feedback.surveys.questions.definitions import Question


def build_browser_flow(items: Sequence[Question]) -> list[dict[str, Any]]:
    """Return ``{"k": key, "t": token, "p": 1 for a page break, "e": 1 for an ending, "any": 1,
    "if": [[question, operator, value], …]}`` for each item, without empty values.
    """
    return [_build_item(item) for item in items]


def _build_item(item: Question) -> dict[str, Any]:
    rules = item.show_if.get("rules") or []
    found = {
        "k": item.key,
        "t": item.token,
        "p": int(routing.is_page_break(item)),
        "e": int(routing.is_ending(item)),
        "any": int(item.show_if.get("match") == ANY),
        "if": [[rule["question"], rule["operator"], rule["value"]] for rule in rules],
    }
    return {name: value for name, value in found.items() if value}
