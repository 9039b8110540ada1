"""One question of each type, as an editor writes it: the raw value of its block."""

from typing import Any

from cx_feedback.surveys import questions
from cx_feedback.surveys.questions.definitions import Question


def items(*keys: str) -> list[dict[str, Any]]:
    """Return items of a list whose labels are their keys in capitals."""
    return [{"type": "item", "id": key, "value": key.capitalize()} for key in keys]


def _emotion(key: str, cluster: str) -> dict[str, Any]:
    return {"type": "item", "id": key, "value": {"label": key.capitalize(), "cluster": cluster}}


CHOICES = {"choices": items("red", "green", "blue"), "other": "Another", "shuffle": True}
#: Type to the raw value of its block, without label, help and "required".
BLOCKS: dict[str, dict[str, Any]] = {
    "choice": CHOICES,
    "choices": {**CHOICES, "min_choices": 2, "max_choices": 3},
    "dropdown": CHOICES,
    "rating": {"look": "stars", "high": 5, "low_label": "", "high_label": "Great"},
    "scale": {"low": 1, "high": 5, "low_label": "Disagree", "high_label": "Agree"},
    "nps": {"low_label": "Never", "high_label": "Surely"},
    "csat": {"look": "smileys", "low_label": "Very dissatisfied", "high_label": ""},
    "ces": {"low_label": "Disagree", "high_label": "Agree"},
    "emotion": {
        "emotions": [
            _emotion("sad", "destroying"),
            _emotion("curious", "attention"),
            _emotion("safe", "trust"),
            _emotion("happy", "advocacy"),
        ],
        "shuffle": True,
    },
    "ranking": {"choices": items("ants", "bees", "cats"), "top": None, "shuffle": True},
    "matrix": {
        "rows": items("speed", "price"),
        "columns": items("poor", "fair", "good"),
        "shuffle": True,
    },
    "number": {"low": "0", "high": "120", "step": "1", "unit": "years"},
    "short_text": {"min_length": 2, "max_length": 20},
    "text": {"min_length": None, "max_length": 50},
    "email": {},
    "date": {"first": "2020-01-01", "last": "2030-12-31"},
    "consent": {},
}


def raw(kind: str, key: str = "", **changed: Any) -> dict[str, Any]:
    """Return the raw child of a StreamField that asks a question of this type."""
    value = {"label": f"Question of {kind}", "help": f"Help with {kind}", "required": False}
    return {"type": kind, "id": key or f"q-{kind}", "value": {**value, **BLOCKS[kind], **changed}}


def question(kind: str, **changed: Any) -> Question:
    """Return the question that an editor's block makes."""
    found, child = questions.get(kind), raw(kind, **changed)
    block = found.block
    assert block is not None
    return found.build_question(child["id"], block().to_python(child["value"]))


#: Type to an answer over REST, the fields of a plain form that give the same one, and its words.
GOOD: dict[str, tuple[Any, dict[str, Any], str]] = {
    "choice": ("red", {"": "red", ".other": "left over"}, "Red"),
    "choices": (
        ["red", {"other": "pink"}],
        {"": ["red", ":other"], ".other": " pink "},
        "Red; Another: pink",
    ),
    "dropdown": ({"other": "pink"}, {"": ":other", ".other": "pink"}, "Another: pink"),
    "rating": (4, {"": "4"}, "4"),
    "scale": (2, {"": "2"}, "2"),
    "nps": (10, {"": "10"}, "10"),
    "csat": (5, {"": "5"}, "5"),
    "ces": (7, {"": "7"}, "7"),
    "emotion": ("safe", {"": "safe"}, "Safe"),
    "ranking": (
        ["bees", "cats", "ants"],
        {".ants": "3", ".bees": "1", ".cats": "2"},
        "1. Bees; 2. Cats; 3. Ants",
    ),
    "matrix": (
        {"speed": "good", "price": "poor"},
        {".speed": "good", ".price": "poor"},
        "Speed: Good; Price: Poor",
    ),
    "number": (42, {"": "42"}, "42 years"),
    "short_text": ("In a line", {"": "In  a line"}, "In a line"),
    "text": ("In\ntwo", {"": "In\r\ntwo"}, "In\ntwo"),
    "email": ("Ana@example.org", {"": "Ana@Example.ORG"}, "Ana@example.org"),
    "date": ("2026-05-31", {"": "2026-05-31"}, "2026-05-31"),
    "consent": (True, {"": "true"}, "Yes"),
}
