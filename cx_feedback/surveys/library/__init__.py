"""The template library: templates of this room, then those of the site.

A site adds a template by naming it in ``CX_FEEDBACK["SURVEY_TEMPLATES"]``.
"""

from django.utils.module_loading import import_string

from cx_feedback.core import conf
from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

__all__ = ["SurveyTemplate", "TemplateQuestion", "all_templates", "get_template"]

#: In the order in which they are offered to editors.
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
    """Return all templates by name; a template of the site replaces ours of the same name."""
    paths = [f"cx_feedback.surveys.library.templates.{name}.template" for name in BUILT_IN]
    found = [import_string(path) for path in (*paths, *conf.get("SURVEY_TEMPLATES"))]
    return {template.name: template for template in found}


def get_template(name: str) -> SurveyTemplate | None:
    """Return the template of this name, or None."""
    return all_templates().get(name)
