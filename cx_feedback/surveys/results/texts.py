"""What readers wrote in their own words."""

import datetime
from dataclasses import dataclass
from typing import Any

from cx_feedback.surveys.models import Response


@dataclass(frozen=True)
class Text:
    """One answer in a reader's own words."""

    words: str
    at: datetime.datetime
    page_id: int | None
    answers: dict[str, Any]


def latest_texts(*, survey_ids: list[int], question: str, limit: int = 20) -> list[Text]:
    """Return the latest texts to a question, newest first."""
    rows = (
        Response.objects.filter(survey_id__in=survey_ids, answers__has_key=question)
        .order_by("-created_at")
        .values_list("answers", "created_at", "page_id")[: limit * 2]
    )
    texts = [Text(a[question], at, page, a) for a, at, page in rows if a[question]]
    return texts[:limit]
