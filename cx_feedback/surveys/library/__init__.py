"""The library of surveys to begin with: those of the room, then the site's own.

A site adds one by naming it in ``CX_FEEDBACK["SURVEY_TEMPLATES"]``.
"""

from django.utils.module_loading import import_string

from cx_feedback.core import conf
from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

__all__ = ["SurveyTemplate", "TemplateQuestion", "all_templates", "get_template"]

#: In the order in which editors are offered them.
BUILT_IN = (
    "loyalty_question",
    "loyalty_process",
    "last_customer",
    "useful_article",
    "nps_with_reason",
    "csat",
    "ces",
    "emotional_value",
    "promise_on_time",
    "found_it",
    "reader_profile",
    "why_stopped",
    "newsletter",
    "next_topics",
    "after_event",
)


def all_templates() -> dict[str, SurveyTemplate]:
    """Return every template by its name; a site's own of the same name takes the place of ours."""
    paths = [f"cx_feedback.surveys.library.templates.{name}.template" for name in BUILT_IN]
    found = [import_string(path) for path in (*paths, *conf.get("SURVEY_TEMPLATES"))]
    return {template.name: template for template in found}


def get_template(name: str) -> SurveyTemplate | None:
    """Return the template of this name, None for none."""
    return all_templates().get(name)
