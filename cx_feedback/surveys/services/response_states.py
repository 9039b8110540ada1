"""Marking responses as counted, test or spam.

Locks are taken in the order of those who store responses: responses, quotas, tallies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from cx_feedback.core.background.task_nudges import nudge
from cx_feedback.readers.services import change_act_details
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.flow import quotas
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.responses import one_per_reader
from cx_feedback.surveys.results.tally_removal import remove_from_tallies
from cx_feedback.surveys.services.response_log import MARK_ACTION, LogLine, write_response_log
from cx_feedback.surveys.services.response_storage import FOLD_INTERVAL, get_activity_detail

State = Response.State


@dataclass(frozen=True)
class ResponseDecision:
    """The result of an editor's decision on responses."""

    changed: tuple[int, ...]
    #: The states now of responses that somebody else has changed since they were shown.
    conflicts: dict[int, str] = field(default_factory=dict)
    #: Responses that don't exist any more.
    gone: tuple[int, ...] = ()


@transaction.atomic
def mark_responses(
    *, survey: Survey, seen: Mapping[int, str], state: str, user: Any = None
) -> ResponseDecision:
    """Mark responses to a survey or its translations as ``state``; figures are exact at once.

    ``seen`` holds the responses' ids with the states in which they were shown. Responses in another
    state by now are left alone, unless it is ``state``. The change is recorded in Wagtail's audit
    log. The caller must check permissions.
    """
    rows, decision = lock_seen_responses(survey, seen, wanted=state)
    moving = [row for row in rows if row.state != state]
    leaving = [row for row in moving if row.state == State.COUNTED]
    coming = [row for row in moving if state == State.COUNTED]
    lines = [LogLine(row.pk, {"from": row.state, "to": state}) for row in moving]
    write_response_log(MARK_ACTION, survey, lines, user)
    move_quotas(survey, leaving=leaving, coming=coming)
    if state == State.TEST:
        free_readers(survey, moving)
    update_ledger(leaving, keep_answers=False)
    update_ledger(coming, keep_answers=True)
    Response.objects.filter(pk__in=[row.pk for row in moving]).update(state=state)
    if coming:  # folding adds them to the tallies again; until then they are counted as rows
        Response.objects.filter(pk__in=[row.pk for row in coming]).update(folded=False)
        nudge("cx_feedback.surveys.fold_responses", every=FOLD_INTERVAL)
    remove_from_tallies(row for row in leaving if row.folded)
    return decision


def lock_seen_responses(
    survey: Survey, seen: Mapping[int, str], *, wanted: str = ""
) -> tuple[list[Response], ResponseDecision]:
    """Lock responses; return those that are as they were seen, and the decision about all.

    ``wanted`` is a state in which a response is accepted too.
    """
    family = selectors.get_family_ids(survey)
    found = {
        row.pk: row
        for row in Response.objects.select_for_update(of=("self",))
        .filter(pk__in=seen, survey_id__in=family)
        .order_by("pk")
    }
    rows = [row for pk, row in found.items() if row.state in (seen[pk], wanted)]
    kept = {row.pk for row in rows}
    return rows, ResponseDecision(
        tuple(sorted(kept)),
        {pk: row.state for pk, row in found.items() if pk not in kept},
        tuple(sorted(seen.keys() - found.keys())),
    )


def move_quotas(
    survey: Survey, *, leaving: Iterable[Response], coming: Iterable[Response] = ()
) -> None:
    """Give back the places of responses that no longer count, and take those of the others."""
    moving = [(row, -1) for row in leaving] + [(row, 1) for row in coming]
    if not moving:
        return
    versions = selectors.get_definitions({row.version_id for row, _by in moving})
    changes = (
        quotas.Change(row, _get_places(row, versions[row.version_id]), by) for row, by in moving
    )
    quotas.move_places(family=survey.translation_key, changes=changes)


def _get_places(response: Response, asked: Definition) -> frozenset[quotas.Place]:
    return frozenset(questions.iterate_counted_values(asked, response.answers))


def free_readers(survey: Survey, responses: Iterable[Response]) -> None:
    """Let the readers of responses answer again, where they may answer once."""
    ids = {row.reader_id for row in responses if row.reader_id is not None}
    if ids:
        one_per_reader.forget_answered_once(family=survey.translation_key, reader_ids=ids)


def update_ledger(responses: Iterable[Response], *, keep_answers: bool) -> None:
    """Let the activity ledger say what the readers of responses answered, or only that they did."""
    rows = [row for row in responses if row.reader_id is not None]
    if not rows:
        return
    versions = selectors.get_definitions({row.version_id for row in rows})
    by_kind: dict[str, list[Response]] = {}
    for kind, row in zip(_get_kinds(rows), rows, strict=True):
        by_kind.setdefault(kind, []).append(row)
    for kind, some in by_kind.items():
        details = {
            row.pk: get_activity_detail(row, versions[row.version_id])
            if keep_answers
            else {"survey": row.survey_id}
            for row in some
        }
        change_act_details(details=details, kind=kind, readers={row.reader_id or 0 for row in some})


def _get_kinds(rows: list[Response]) -> list[str]:
    """Return the kinds of the activities of responses."""
    kinds = dict(
        Survey.objects.filter(pk__in={row.survey_id for row in rows}).values_list("pk", "kind")
    )
    found = (kinds[row.survey_id] for row in rows)
    return ["response" if kind == Survey.SURVEY else kind for kind in found]
