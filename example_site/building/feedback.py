"""What the magazine asks its readers, and the blocks in which it asks."""

import uuid
from typing import Any

from wagtail.models import Locale

from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Survey
from example_site.building.content import Resolver, read_yaml
from example_site.building.newsletter import make_list, subscribe_block
from example_site.magazine.models import ArticleIndexPage


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


def _identity(kind: str, key: str, language: str) -> dict[str, Any]:
    """Return by which fields a survey or widget is known again."""
    return {
        "translation_key": stable_id(key) if kind == "survey" else stable_id(kind, key),
        "locale": Locale.objects.get(language_code=language),
    }


def make_survey(entry: dict[str, Any], language: str) -> Survey:
    """Return a survey in one language, made and published if it is not there yet."""
    identity = _identity("survey", entry["key"], language)
    found = Survey.objects.filter(**identity).first()
    if found is not None:
        return found
    questions = [_question(entry["key"], asked, language) for asked in entry["questions"]]
    return services.publish_survey(
        survey=Survey(**identity, **entry[language], questions=questions)
    )


def make_nps(entry: dict[str, Any], language: str, **placed: Any) -> Survey:
    """Return an NPS widget in one language, made and published if it is not there yet."""
    identity = _identity("nps", entry["key"], language)
    found = NPSWidget.objects.filter(**identity).first()
    if found is not None:
        return found
    return services.publish_survey(survey=NPSWidget(**identity, **entry[language], **placed))


def make_sliding_widgets() -> None:
    """Let the widgets that need no block slide in on the articles, once these are there."""
    for entry in read_yaml("nps.yaml"):
        for index in ArticleIndexPage.objects.select_related("locale") if "placed" in entry else ():
            make_nps(entry, index.locale.language_code, sections=[index.pk], **entry["placed"])


def resolver_for(language: str) -> Resolver:
    """Make what the magazine asks, and return what turns ``{survey: reading}`` into a block."""
    surveys = {entry["key"]: make_survey(entry, language) for entry in read_yaml("surveys.yaml")}
    asked = [entry for entry in read_yaml("nps.yaml") if "placed" not in entry]
    widgets = {entry["key"]: make_nps(entry, language) for entry in asked}
    mailing_list = make_list()

    def resolve(name: str, argument: str) -> Any:
        if name == "survey":
            return {"survey": surveys[argument].pk}
        if name == "nps":
            return {"widget": widgets[argument].pk}
        if name == "subscribe":
            return subscribe_block(mailing_list, language)
        return {}

    return resolve
