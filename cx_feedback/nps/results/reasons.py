"""The reasons that readers gave for their scores."""

import datetime
from dataclasses import dataclass

from cx_feedback.nps.question_keys import EMAIL, REASON, SCORE
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.questions import nps


@dataclass(frozen=True)
class Reason:
    """The reason that a reader gave for a score."""

    words: str
    score: int
    nps_class: str
    at: datetime.datetime
    page_id: int | None
    email: str = ""
    response_id: int = 0
    #: The address of the whole response, "" for users who may not see it.
    url: str = ""


def get_reasons(
    *, family: list[int], nps_class: str = "", words: str = "", limit: int = 20
) -> tuple[Reason, ...]:
    """Return the latest reasons, newest first, of one class or containing these words.

    Only for users with the permission to see texts, since reasons come with addresses.
    """
    rows = Response.objects.counted().filter(survey_id__in=family, answers__has_key=REASON)
    if nps_class in _SCORES_OF_CLASS:
        rows = rows.filter(**{f"answers__{SCORE}__in": list(_SCORES_OF_CLASS[nps_class])})
    if words:
        rows = rows.filter(**{f"answers__{REASON}__icontains": words})
    columns = rows.order_by("-created_at").values_list("answers", "created_at", "page_id", "pk")
    # Erased reasons are None. They are few, so reading twice as many rows is enough.
    return tuple(
        Reason(a[REASON], a[SCORE], nps.get_nps_class(a[SCORE]), at, page, a.get(EMAIL) or "", pk)
        for a, at, page, pk in columns[: 2 * limit]
        if a[REASON]
    )[:limit]


_SCORES_OF_CLASS = {nps.PROMOTER: range(9, 11), nps.PASSIVE: range(7, 9), nps.DETRACTOR: range(7)}
