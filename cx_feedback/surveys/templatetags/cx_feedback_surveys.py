"""``{% load cx_feedback_surveys %}{% cx_survey survey %}`` renders a survey like the block.

``{% cx_placed_surveys %}`` renders what appears on the page without a block.
"""

from typing import Any

from django import template
from django.template.loader import render_to_string

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.placement.kinds import get_kind
from cx_feedback.surveys.placement.rendering import render_placed_surveys, render_survey
from cx_feedback.surveys.questions.base import QuestionBlock
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses.form_context import build_form_context
from cx_feedback.surveys.responses.form_fields import build_fields
from cx_feedback.surveys.selectors import LiveSurvey

register = template.Library()


@register.simple_tag(takes_context=True)
def cx_survey(context: Any, survey: Survey | None) -> str:
    """Render the form of a survey, translated into the active language if possible.

    Renders nothing for a survey that is not published.
    """
    live = selectors.get_survey_to_show(survey) if survey else None
    return "" if live is None else render_survey(context, live, get_kind(Survey.SURVEY))


@register.simple_tag(takes_context=True)
def cx_placed_surveys(context: Any) -> str:
    """Render what appears on the page without a block: surveys and NPS widgets.

    Meant for a site's base template. A reader is asked one of them at a time.
    """
    return render_placed_surveys(context)


@register.simple_tag
def cx_survey_draft(survey: Survey, mode: str = "") -> str:
    """Render a survey's draft for the preview, with ``mode`` "slid" as it slides in."""
    live = LiveSurvey(survey.pk or 0, 0, survey.definition(), None, None)
    shown = {**build_form_context(live, preview=True), "slid": mode == "slid"}
    return render_to_string("cx_feedback/surveys/survey.html", shown)


@register.simple_tag
def cx_question_sample(block: QuestionBlock, value: Any) -> str:
    """Render the sample question of a type for the block picker."""
    question = questions.get(block.name).build_question("sample", value)
    asked = Definition(question.label, questions=(question,))
    (field,) = build_fields(LiveSurvey(0, 0, asked), "cx-sample", asked.questions, {})
    template = questions.get(block.name).sample_template or field.template
    return render_to_string(template, {"field": field, "question": question})
