"""The flow of a survey as ``routing.js`` reads it."""

from collections.abc import Sequence
from typing import Any

from cx_feedback.surveys.flow import routing
from cx_feedback.surveys.questions.definitions import Question


def build_browser_flow(items: Sequence[Question]) -> list[dict[str, Any]]:
    """Return ``{"key", "token", "page_break", "ending", "show_if"}`` for each item.

    ``show_if`` is the condition as its definition holds it. Empty values are left out.
    """
    return [_build_item(item) for item in items]


def _build_item(item: Question) -> dict[str, Any]:
    found = {
        "key": item.key,
        "token": item.token,
        "page_break": routing.is_page_break(item),
        "ending": routing.is_ending(item),
        "show_if": item.show_if,
    }
    return {name: value for name, value in found.items() if value}
