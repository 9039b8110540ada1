"""The quotas of a survey: a maximum of responses in all, and of responses with a choice.

A survey and its translations share their quotas by their translation key. Only surveys with quotas
need further queries, two for any number of them. One response per reader is a limit too
(``one_per_reader``), taken along with the places.

A *place* is one response that a quota allows.
"""

import uuid
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow.quotas_by_version import WHOLE_SURVEY, Place, is_blocked
from cx_feedback.surveys.models import Quota, Response, Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Definition, Limits
from cx_feedback.surveys.responses.errors import SurveyFull
from cx_feedback.surveys.responses.one_per_reader import record_answered_once
from cx_feedback.surveys.results.value_counts import count_values
from cx_feedback.surveys.selectors import LiveSurvey, forget_live_id


@dataclass(frozen=True)
class Change:
    """A response that takes places (``by`` is 1) or gives them back (-1)."""

    response: Response
    places: Set[Place]
    by: int


def set_up_quotas(*, family: uuid.UUID, limits: Limits) -> None:
    """Set the quotas of a family to those of ``limits``.

    Existing responses count, so a limit can be set, raised and lowered at any time. Call it when a
    survey is published, in the same transaction and under the lock of its family, and call
    ``update_full_places`` afterwards.
    """
    wanted = {(q.question, q.value): q.limit for q in limits.places()}
    there = {
        (row.question, row.value): row
        for row in Quota.objects.select_for_update().filter(family=family).order_by("pk")
    }
    Quota.objects.filter(pk__in=[r.pk for p, r in there.items() if p not in wanted]).delete()
    new = wanted.keys() - there.keys()
    given, last = (_count_answers(family), _get_last_response_id(family)) if new else ({}, 0)
    for place, limit in wanted.items():
        row = there.get(place)
        if row is None:
            taken = given.get(place, 0)
            row = Quota(
                family=family, question=place[0], value=place[1], taken=taken, counted_to=last
            )
        if row.limit != limit:
            row.limit = limit
            row.save()


def _count_answers(family: uuid.UUID) -> dict[Place, int]:
    surveys = Survey.objects.filter(translation_key=family).values_list("pk", flat=True)
    found = count_values(survey_ids=list(surveys))
    return {(question, value): n for (_part, question, value), n in found.items()}


def _get_last_response_id(family: uuid.UUID) -> int:
    rows = Response.objects.filter(survey__translation_key=family)
    return rows.aggregate(last=Max("pk"))["last"] or 0


def get_full_places(family: uuid.UUID) -> list[list[str]]:
    """Return the used-up quotas of a family."""
    rows = Quota.objects.filter(family=family, taken__gte=F("limit")).order_by("pk")
    return [[question, value] for question, value in rows.values_list("question", "value")]


def _add_whole_survey(full: list[list[str]], definition: Definition) -> list[list[str]]:
    """Return ``full``, with the whole survey added if nobody can complete it any more."""
    taken = {(question, value) for question, value in full}
    if WHOLE_SURVEY not in taken and is_blocked(definition, taken):
        return [*full, list(WHOLE_SURVEY)]
    return full


def has_limits(live: LiveSurvey) -> bool:
    """Return whether ``take_places`` may have to write anything for a survey."""
    limits = live.newest.limits
    return limits.one_per_reader or next(limits.places(), None) is not None


def take_places(*, live: LiveSurvey, response: Response) -> None:
    """Take the places that ``response`` needs.

    Raises SurveyFull, AlreadyAnswered, and InvalidInput that names the question whose choice is
    full. Call it in the transaction of the response, after its insert: on SQLite the insert makes
    this transaction the only writer.

    The places are those that are limited now. An answer to an earlier version takes them too, but
    only a limit that this version had can refuse it; the maximum of the whole survey always can.
    """
    if live.family is None or response.state != Response.State.COUNTED:
        return
    own, now = live.definition.limits, live.newest.limits
    if own.one_per_reader and now.one_per_reader:
        record_answered_once(live.family, response)
    wanted = _get_limited_places(now, live.definition, response.answers)
    if wanted and _lock_and_take(live.family, wanted, own):
        update_full_places(live.family)


def _lock_and_take(family: uuid.UUID, wanted: set[Place], limits: Limits) -> bool:
    """Take places with their rows locked; return whether one of them was the last.

    ``limits`` are those that the reader's version had: of its limit and today's, the larger counts.
    The rows are locked in the same order by everybody and until the transaction ends, so that no
    place is taken twice and there are no deadlocks.
    """
    rows = [
        row
        for row in Quota.objects.select_for_update().filter(family=family).order_by("pk")
        if (row.question, row.value) in wanted
    ]
    own = {(q.question, q.value): q.limit for q in limits.quotas} | {WHOLE_SURVEY: 0}
    full = [
        place
        for row in rows
        if (place := (row.question, row.value)) in own and row.taken >= max(row.limit, own[place])
    ]
    if WHOLE_SURVEY in full:
        raise SurveyFull
    if full:
        raise InvalidInput(fields=_build_errors(full))
    Quota.objects.filter(pk__in=[row.pk for row in rows]).update(taken=F("taken") + 1)
    return any(row.taken + 1 == row.limit for row in rows)


def move_places(*, family: uuid.UUID, changes: Iterable[Change]) -> None:
    """Change the number of places that are taken, for responses whose state changes.

    An editor may let more responses count than the limit: the survey is full then. An imported
    response has a place only in quotas that were set later than it came.
    """
    by_place: dict[Place, list[Change]] = {}
    for change in changes:
        for place in change.places:
            by_place.setdefault(place, []).append(change)
    moved = []
    for row in Quota.objects.select_for_update().filter(family=family).order_by("pk"):
        taken = row.taken + sum(
            change.by
            for change in by_place.get((row.question, row.value), ())
            if not change.response.is_imported or change.response.pk <= row.counted_to
        )
        taken = max(0, taken)
        if taken != row.taken:
            row.taken = taken
            moved.append(row)
    if moved:
        Quota.objects.bulk_update(moved, ["taken"])
        update_full_places(family)


def _get_limited_places(
    limits: Limits, definition: Definition, answers: dict[str, Any]
) -> set[Place]:
    """Return the places with a limit that these answers to ``definition`` take."""
    limited = {(q.question, q.value) for q in limits.places()}
    return (
        limited.intersection(questions.iterate_counted_values(definition, answers))
        if limited
        else set()
    )


def _build_errors(full: Iterable[Place]) -> dict[str, list[str]]:
    words = _("This option is full. Please choose another.")
    return {f"answers.{question}": [words] for question, _value in full}


def update_full_places(family: uuid.UUID) -> None:
    """Store the used-up quotas of a family on its current versions."""
    full = get_full_places(family)
    versions = SurveyVersion.objects.filter(survey__translation_key=family, current=True)
    for version in versions.select_related("survey"):
        version.full = _add_whole_survey(full, Definition.from_json(version.definition))
        version.save(update_fields=["full"])
        forget_live_id(survey_id=version.survey_id, kind=version.survey.kind)
