"""The content of an NPS widget's block in Wagtail's API."""

from typing import Any

from django.urls import reverse

from cx_feedback.core.text import languages
from cx_feedback.nps.editing.thanks_and_next_steps import NextStep, WidgetOptions
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import selectors
from cx_feedback.surveys.api.serializers import build_survey
from cx_feedback.surveys.questions.nps import CLASSES


def build_widget_content(widget: NPSWidget | None) -> dict[str, Any] | None:
    """Return what ``nps/<id>/`` says, the address of its answers, and what each class is told.

    None for a widget that is not published.
    """
    live = selectors.get_survey_to_show(widget) if widget else None
    if live is None:
        return None
    options = WidgetOptions.from_definition(live.definition)
    language = languages.get_current_language()
    next_page = f"{reverse('cx_feedback:nps-next', args=[live.survey_id])}?lang={language}"
    classes = {}
    for name in CLASSES:
        step = options.next.get(name, "")
        leads = step == NextStep.PAGE and bool(options.next_label)
        classes[name] = {
            "thanks": options.thanks.get(name) or live.definition.thanks,
            "next": step,
            "next_label": options.next_label if leads else "",
            "next_url": next_page if leads else "",
        }
    return {
        **build_survey(live, "cx_feedback:api-nps"),
        "responses": reverse("cx_feedback:api-nps-responses", args=[live.survey_id]),
        "classes": classes,
    }
