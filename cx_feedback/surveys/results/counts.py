"""How many responses gave each value, exact at any moment: tallies and what is not folded yet."""

from collections import Counter
from typing import Any

from django.db.models import IntegerField, JSONField, QuerySet, Value
from django.db.models.fields import BigIntegerField, CharField, DateTimeField

from cx_feedback.surveys import selectors
from cx_feedback.surveys.folding import keys_of
from cx_feedback.surveys.models import Response, Tally

#: (part, question key, value) to the number of responses.
Counts = Counter[tuple[str, str, str]]


def counts(*, survey_ids: list[int], part: str = "") -> Counts:
    """Return how many responses gave each value: the tallies and what is not folded yet.

    ``part`` is "" for the whole, "day:" for each day, "page:" for each page, or one of those
    ("page:12"). Both halves are read by one statement, so that a fold that commits meanwhile
    neither hides a response nor counts it twice.
    """
    open_ended = part.endswith(":")
    tallies = Tally.objects.filter(
        survey_id__in=survey_ids, **{"part__startswith" if open_ended else "part": part}
    )
    rest = Response.objects.filter(survey_id__in=survey_ids, folded=False)
    found: Counts = Counter()
    unfolded = []
    for row in _as_rest(rest).union(_as_tally(tallies), all=True):
        if row[0]:
            unfolded.append(Response(**dict(zip(_REST, row[4:], strict=True))))
        else:
            found[row[1], row[2], row[3]] += row[6]
    versions = selectors.definitions_of({r.version_id for r in unfolded}) if unfolded else {}
    for response in unfolded:
        for _survey, its_part, question, value in keys_of(response, versions[response.version_id]):
            if its_part.startswith(part) if open_ended else its_part == part:
                found[its_part, question, value] += 1
    return found


_REST = ("survey_id", "version_id", "pk", "page_id", "created_at", "answers")


def _as_rest(responses: QuerySet[Response]) -> Any:
    words = {name: Value("", CharField()) for name in ("t_part", "t_question", "t_value")}
    return responses.annotate(is_rest=Value(1, IntegerField()), **words).values_list(
        "is_rest", *words, *_REST
    )


def _as_tally(tallies: QuerySet[Tally]) -> Any:
    """Return tallies in the columns of ``_as_rest``; the count stands where the pk does."""
    return tallies.annotate(
        is_rest=Value(0, IntegerField()),
        version=Value(0, BigIntegerField()),
        page=Value(None, BigIntegerField()),
        at=Value(None, DateTimeField()),
        answers=Value(None, JSONField()),
    ).values_list(
        "is_rest",
        "part",
        "question",
        "value",
        "survey_id",
        "version",
        "count",
        "page",
        "at",
        "answers",
    )
