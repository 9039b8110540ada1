"""A survey with pages, conditions, endings and an earlier answer that is said again."""

import pytest

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey

YES, NO = "c-yes", "c-no"


def rules(*rules, match="all"):
    names = ("question", "operator", "value")
    return {"match": match, "rules": [dict(zip(names, rule, strict=True)) for rule in rules]}


def block(kind, key, label="", **value):
    return {
        "type": kind,
        "id": key,
        "value": {"label": label, "help": "", "required": False, **value},
    }


def choice(key, label, **value):
    named = ((YES, "Yes"), (NO, "No"))
    choices = [{"type": "item", "id": one, "value": words} for one, words in named]
    return block("choice", key, label, choices=choices, **value)


def points(key, label, **value):
    return block("scale", key, label, low=1, high=5, low_label="", high_label="", **value)


def flow():
    """Do you read us? No: that is all. Else: how well, why not if badly; then name and mail."""
    no, badly, best = (
        rules(rule) for rule in (("reads", "is", NO), ("stars", "at_most", 2), ("stars", "is", 5))
    )
    fans = {"page": None, "url": "https://example.org/fans"}
    strangers = {"help": "Then come and see.", "page": None, "url": ""}
    return [
        choice("reads", "Do you read us?", required=True),
        block("ending", "stranger", "Strangers", **strangers, show_if=no),
        points("stars", "How good are we?", required=True, token="points"),
        block("text", "why", "Why only {{ points }}?", required=True, show_if=badly),
        block("page_break", "page2", "About you"),
        block("text", "name", "Your name", token="who"),
        block("page_break", "page3", ""),
        block("text", "more", "Anything else, {{ who|dear reader }}?"),
        block("ending", "fans", "Fans", **fans, show_if=best),
    ]


@pytest.fixture
def flowing(draft):
    draft.questions = draft.questions.stream_block.to_python(flow())
    return services.publish_survey(survey=draft)


def survey_of(raw, **fields):
    """Return a published survey of these blocks."""
    survey = Survey(
        title="Flow", thanks="Thanks, {{ who|reader }}.", open_by_address=True, **fields
    )
    survey.questions = survey.questions.stream_block.to_python(raw)
    return services.publish_survey(survey=survey)
