"""Writes of the NPS room; the rows are those of the surveys room."""

from typing import Any

from cx_feedback.nps.models import EMAIL, REASON, SCORE
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Survey


def submit_score(
    *, widget_id: int, score: Any, reason: Any = None, email: Any = None, **how: Any
) -> Response:
    """Store one reader's score (0 to 10) and, if given, the reason for it and an address.

    ``how``: page_id, reader, language, idempotency_key and at, as of
    ``surveys.services.submit_response``, which also says what is raised; the fields are
    ``answers.score`` and so on. Writes an activity of kind
    "nps" with ``{"survey", "score", "class"}``.
    """
    given = {SCORE: score, REASON: reason, EMAIL: email}
    answers = {key: value for key, value in given.items() if key == SCORE or value is not None}
    return surveys.submit_response(survey_id=widget_id, kind=Survey.NPS, answers=answers, **how)
