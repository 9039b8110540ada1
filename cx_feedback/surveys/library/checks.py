"""System check of a site's templates. E011: a wrong path, name or question."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, register
from django.utils.module_loading import import_string

from cx_feedback.core.settings.path_checks import check_paths
from cx_feedback.surveys import questions
from cx_feedback.surveys.library.base import SurveyTemplate

_NAME = re.compile(r"[-\w]+", re.ASCII)


@register("cx_feedback")
def check_templates(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that each path of ``SURVEY_TEMPLATES`` leads to a template of registered types."""
    return check_paths(
        "SURVEY_TEMPLATES",
        _find_problems,
        hint="See docs/extending/adding-a-survey-template.md.",
        check_id="cx_feedback.E011",
    )


def _find_problems(path: Any) -> Iterator[str]:
    try:
        template = import_string(path)
    except (ImportError, TypeError, AttributeError) as error:
        yield f"it cannot be imported ({error})"
        return
    if not isinstance(template, SurveyTemplate):
        yield "it is no SurveyTemplate"
        return
    if not isinstance(template.name, str) or not _NAME.fullmatch(template.name):
        yield f"its name {template.name!r} has more than letters, digits, - and _"
    for ask in template.questions:
        block = questions.get(ask.type).block
        if block is None:
            yield f"there is no question type {ask.type!r} for editors"
        elif unknown := sorted(set(ask.options) - set(block().child_blocks)):
            yield f"type {ask.type!r} has no field {', '.join(unknown)}"
