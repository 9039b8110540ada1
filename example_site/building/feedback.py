"""What the magazine asks its readers, and the blocks in which it asks."""

import uuid
from functools import cache
from typing import Any

from wagtail.models import Locale

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey
from example_site.building.content import Resolver, read_yaml

LANGUAGES = ("es", "en")


def stable_id(*names: str) -> str:
    """Return an id that is the same on every machine for the same names."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(["hasta-la-proxima", *names])))


def _question(survey: str, asked: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a question as raw StreamField data."""
    words = asked[language]
    value: dict[str, Any] = {
        "label": words["label"],
        "help": words.get("help", ""),
        "required": asked.get("required", False),
    }
    if asked["type"] == "scale":
        value |= {"low": 1, "high": 5, "low_label": words["low"], "high_label": words["high"]}
    elif asked["type"] == "choice":
        value["choices"] = [
            {
                "type": "item",
                "value": choice[language],
                "id": stable_id(survey, asked["key"], choice["key"]),
            }
            for choice in asked["choices"]
        ]
    return {"type": asked["type"], "value": value, "id": stable_id(survey, asked["key"])}


def make_survey(entry: dict[str, Any], language: str) -> Survey:
    """Return a survey in one language, made and published if it is not there yet."""
    identity = {
        "translation_key": stable_id(entry["key"]),
        "locale": Locale.objects.get(language_code=language),
    }
    found = Survey.objects.filter(**identity).first()
    if found is not None:
        return found
    survey = Survey(
        **identity,
        **entry[language],
        questions=[_question(entry["key"], asked, language) for asked in entry["questions"]],
    )
    return services.publish(survey=survey)


@cache
def surveys() -> dict[str, dict[str, Survey]]:
    """Return the magazine's surveys by key and language."""
    return {
        entry["key"]: {language: make_survey(entry, language) for language in LANGUAGES}
        for entry in read_yaml("surveys.yaml")
    }


def resolver_for(language: str) -> Resolver:
    """Return what turns ``{survey: reading}`` and the like into a block's value."""

    def resolve(name: str, argument: str) -> Any:
        if name == "survey":
            return {"survey": surveys()[argument][language].pk}
        return {}

    return resolve
