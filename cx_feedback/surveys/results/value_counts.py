"""Exact counts of responses by value: tallies plus responses that are not folded yet."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.fields import BigIntegerField, CharField, DateTimeField, IntegerField
from django.db.models.fields.json import JSONField

from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Response, Start, Tally
from cx_feedback.surveys.results.tally_folding import TallyKey, get_response_keys, get_start_keys

#: The number of responses by (part, question key, value).
ValueCounts = Counter[tuple[str, str, str]]

#: The columns of the query: the kind of row, then the columns of each kind.
_TALLY, _RESPONSE, _START = 0, 1, 2
_ROW = ("survey_id", "page_id", "language", "created_at")
_MORE = ("version_id", "answers", "seconds")


def count_values(
    *,
    survey_ids: list[int],
    part: str = "",
    only: Iterable[str] | None = None,
    by_day: str | None = None,
    whole: bool = False,
) -> ValueCounts:
    """Return the number of responses with each value, folded or not.

    ``part`` is "" for the whole, "day:" for each day, "page:" for each page, "lang:" for each
    language, or one of them ("page:12"). ``only`` limits the counts to question keys ("" for the
    responses themselves). ``by_day`` is the key of a question that is counted for each day too,
    with the responses of the day. ``whole`` adds the whole ("") to another ``part``, with its
    responses in any case. One query reads everything, so that a fold that is committed meanwhile
    neither hides a response nor counts it twice.
    """
    wanted = None if only is None else set(only)
    open_ended = part.endswith(":")
    asked = Q(**{"part__startswith" if open_ended else "part": part})
    asked &= Q() if wanted is None else Q(question__in=wanted)
    if by_day is not None:
        asked |= Q(part__startswith="day:", question__in=("", by_day))
    if whole:
        asked |= Q(part="") & (Q() if wanted is None else Q(question__in=wanted | {""}))
    tallies = Tally.objects.filter(asked, survey_id__in=survey_ids)
    found: ValueCounts = Counter()
    rest: list[Any] = []
    for kind, *columns in _build_query(tallies, Q(survey_id__in=survey_ids, folded=False)):
        if kind == _TALLY:
            found[columns[0], columns[1], columns[2]] += columns[3]
        else:
            rest.append((kind, columns[4:]))
    for _survey, its_part, question, value in _get_unfolded_keys(rest):
        fits = its_part.startswith(part) if open_ended else its_part == part
        fits = fits and (wanted is None or question in wanted)
        daily = by_day is not None and question in ("", by_day) and its_part.startswith("day:")
        whole_too = whole and not its_part and (wanted is None or question in wanted | {""})
        if fits or daily or whole_too:
            found[its_part, question, value] += 1
    return found


def _build_query(tallies: QuerySet[Tally], unfolded: Q) -> Any:
    responses = _as_rows(Response.objects.counted().filter(unfolded), _RESPONSE)
    starts = _as_rows(
        Start.objects.filter(unfolded).annotate(
            version_id=Value(0, BigIntegerField()),
            answers=Value(None, JSONField()),
            seconds=Value(None, IntegerField()),
        ),
        _START,
    )
    return responses.union(starts, _as_tallies(tallies), all=True)


def _as_rows(rows: QuerySet[Any], kind: int) -> Any:
    words = {name: Value("", CharField()) for name in ("t_part", "t_question", "t_value")}
    return rows.annotate(
        kind=Value(kind, IntegerField()), **words, t_count=Value(0, BigIntegerField())
    ).values_list("kind", *words, "t_count", *_ROW, *_MORE)


def _as_tallies(tallies: QuerySet[Tally]) -> Any:
    return tallies.annotate(
        kind=Value(_TALLY, IntegerField()),
        page=Value(None, BigIntegerField()),
        language=Value("", CharField()),
        at=Value(None, DateTimeField()),
        version=Value(0, BigIntegerField()),
        answers=Value(None, JSONField()),
        seconds=Value(None, IntegerField()),
    ).values_list(
        *("kind", "part", "question", "value", "count", "survey_id"),
        *("page", "language", "at", "version", "answers", "seconds"),
    )


def _get_unfolded_keys(rest: list[tuple[int, list[Any]]]) -> Iterable[TallyKey]:
    """Iterate over the keys of the tallies that unfolded responses and starts will increase."""
    responses = [
        Response(**dict(zip((*_ROW, *_MORE), columns, strict=True)))
        for kind, columns in rest
        if kind == _RESPONSE
    ]
    versions = selectors.get_definitions({r.version_id for r in responses}) if responses else {}
    for response in responses:
        yield from get_response_keys(response, versions[response.version_id])
    for kind, columns in rest:
        if kind == _START:
            yield from get_start_keys(Start(**dict(zip(_ROW, columns, strict=False))))
