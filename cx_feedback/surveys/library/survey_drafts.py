"""Creating draft surveys from templates."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import override
from wagtail.log_actions import log
from wagtail.models import Locale

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion
from cx_feedback.surveys.models import Survey


def build_survey(template: SurveyTemplate, locale: Locale) -> Survey:
    """Return an unsaved survey made from ``template`` in the language of ``locale``.

    Questions and choices get new keys with each call.
    """
    with override(locale.language_code):
        survey = Survey(
            title=str(template.title),
            intro=str(template.intro),
            thanks=str(template.thanks),
            locale=locale,
            live=False,
        )
        block = survey.questions.stream_block
        stream = block.to_python([_build_raw_question(ask) for ask in template.questions])
        # Translates the defaults of blocks into this language too.
        raw = [
            {"type": child.block_type, "id": child.id, "value": child.get_prep_value()["value"]}
            for child in stream
        ]
        survey.questions = block.to_python(_translate_value(raw))
    return survey


def _build_raw_question(ask: TemplateQuestion) -> dict[str, Any]:
    value = {"label": ask.label, "help": ask.help, "required": ask.required, **ask.options}
    return {"type": ask.type, "id": str(uuid.uuid4()), "value": _translate_value(value)}


def _translate_value(value: Any) -> Any:
    """Return ``value`` with its texts in the active language."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, dict):
        return {key: _translate_value(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_translate_value(inner) for inner in value]
    return value


@transaction.atomic
def create_draft(*, template: SurveyTemplate, locale: Locale, user: Any = None) -> Survey:
    """Save a draft made from ``template`` with its first revision; return it."""
    survey = build_survey(template, locale)
    survey.save()
    revision = survey.save_revision(user=user)
    log(instance=survey, action="wagtail.create", user=user, revision=revision)
    return survey
