"""Write API of the NPS app. The rows are those of the surveys app."""

from typing import Any

from cx_feedback.nps.question_keys import EMAIL, REASON, SCORE
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Survey


def submit_score(
    *, widget_id: int, score: Any, reason: Any = None, email: Any = None, **options: Any
) -> Response:
    """Store the score of a reader (0 to 10) with an optional reason and address.

    ``options`` are page_id, reader, language, idempotency_key, version and at, passed on to
    ``surveys.services.submit_response``, which also documents the errors. Their fields are
    ``answers.score`` and so on. Writes an activity of kind "nps" with the detail
    ``{"survey", "score", "class"}``.
    """
    given = {SCORE: score, REASON: reason, EMAIL: email}
    answers = {key: value for key, value in given.items() if key == SCORE or value is not None}
    return surveys.submit_response(survey_id=widget_id, kind=Survey.NPS, answers=answers, **options)
