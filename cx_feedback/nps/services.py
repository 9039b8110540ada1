"""Writes of the NPS room; the rows are those of the surveys room."""

from typing import Any

from cx_feedback.nps.models import REASON, SCORE
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Survey


def submit(*, widget_id: int, score: Any, reason: Any = None, **how: Any) -> Response:
    """Store one reader's score (0 to 10) and, if given, the reason for it.

    ``how``: page_id, reader, language, idempotency_key and at, as of ``surveys.services.submit``,
    which also says what is raised; the fields are ``answers.score`` and ``answers.reason``.
    Writes an activity of kind "nps" with ``{"survey", "score", "class"}``.
    """
    answers = {SCORE: score} if reason is None else {SCORE: score, REASON: reason}
    return surveys.submit(survey_id=widget_id, kind=Survey.NPS, answers=answers, **how)
