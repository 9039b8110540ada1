"""Ten questions: as a survey, as a Wagtail form page of the same fields, and answers to them."""

from itertools import product
from typing import Any

CHOICES = [f"c{n}" for n in range(1, 6)]
#: Key, type of the survey's question, type of the form page's field, an answer.
FIELDS: tuple[tuple[str, str, str, Any], ...] = (
    ("found", "choice", "radio", "c2"),
    ("topics", "choices", "checkboxes", ["c1", "c4"]),
    ("device", "dropdown", "dropdown", "c3"),
    ("clear", "scale", "number", 4),
    ("recommend", "nps", "number", 9),
    ("age", "number", "number", 42),
    ("city", "short_text", "singleline", "Granada"),
    ("why", "text", "multiline", "It says what others leave out, and it says it in time."),
    ("address", "email", "email", "ana@example.org"),
    ("since", "date", "date", "2024-05-31"),
)
ANSWERS = {key: answer for key, _type, _field, answer in FIELDS}
_OPTIONS: dict[str, dict[str, Any]] = {
    "scale": {"low": 1, "high": 5, "low_label": "", "high_label": ""},
    "nps": {"low_label": "", "high_label": ""},
    "number": {"low": "0", "high": "120", "step": "1", "unit": ""},
}


def answers(times: int = 1) -> dict[str, Any]:
    """Return answers to each question of ``make_survey(times=times)``."""
    return {
        _key(key, n): answer for n in range(times or 1) for key, _type, _field, answer in _of(times)
    }


def _of(times: int) -> Any:
    return FIELDS if times else FIELDS[:1]


def _key(key: str, time: int) -> str:
    return f"{key}{time}" if time else key


def make_survey(title: str = "Ten questions", times: int = 1) -> Any:
    """Return a published survey of the ten questions, ``times`` over; 0 for the first alone."""
    from cx_feedback.surveys.models import Survey
    from cx_feedback.surveys.services import publish_survey

    choices = [{"type": "item", "id": key, "value": f"Choice {key}"} for key in CHOICES]
    stream = []
    for time, (key, kind, _field, _answer) in product(range(times or 1), _of(times)):
        value = {"label": key.capitalize(), "help": "", "required": False}
        value |= _OPTIONS.get(kind, {})
        if kind in ("choice", "choices", "dropdown"):
            value |= {"choices": choices, "other": "", "shuffle": False}
        stream.append({"type": kind, "id": _key(key, time), "value": value})
    return publish_survey(survey=Survey(title=title, open_by_address=True, questions=stream))


def make_form_page(home: Any) -> Any:
    """Return a live Wagtail form page of the same ten fields."""
    from benchmarks.bare.models import FormField, FormPage

    page = FormPage(title="Form", slug="form")
    page.form_fields = [
        FormField(
            sort_order=place,
            label=key.capitalize(),
            field_type=field,
            required=False,
            choices=",".join(CHOICES) if isinstance(answer, list) or answer in CHOICES else "",
        )
        for place, (key, _type, field, answer) in enumerate(FIELDS)
    ]
    return home.add_child(instance=page)
