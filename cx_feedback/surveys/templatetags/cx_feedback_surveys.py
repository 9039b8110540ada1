"""``{% load cx_feedback_surveys %}{% cx_survey survey %}`` renders a survey like the block."""

from typing import Any

from django import template
from django.template.loader import render_to_string

from cx_feedback.core.pages.served_page import get_page, is_previewed
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.base import QuestionBlock
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses import page_prefetch
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
    if live is None:
        return ""
    page = get_page(context)
    shown = build_form_context(
        live,
        prefix=page_prefetch.get_unique_prefix("cx-survey", live.survey_id),
        page_id=context.get("cx_page_id") or getattr(page, "pk", None),
        preview=is_previewed(context),
    )
    return render_to_string("cx_feedback/surveys/survey.html", shown)


@register.simple_tag
def cx_survey_draft(survey: Survey) -> str:
    """Render a survey's draft for the preview."""
    live = LiveSurvey(survey.pk or 0, 0, survey.definition(), None, None)
    return render_to_string(
        "cx_feedback/surveys/survey.html", build_form_context(live, preview=True)
    )


@register.simple_tag
def cx_question_sample(block: QuestionBlock, value: Any) -> str:
    """Render the sample question of a type for the block picker."""
    question = questions.get(block.name).build_question("sample", value)
    asked = Definition(question.label, questions=(question,))
    (field,) = build_fields(LiveSurvey(0, 0, asked), "cx-sample", asked.questions, {})
    template = questions.get(block.name).sample_template or field.template
    return render_to_string(template, {"field": field, "question": question})
