"""Deletion of responses by editors."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.surveys import selectors
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Response, ResponseNote, ResponseTag, Survey
from cx_feedback.surveys.results.tally_removal import remove_from_tallies
from cx_feedback.surveys.services.response_log import DELETE_ACTION, LogLine, write_response_log
from cx_feedback.surveys.services.response_states import (
    ResponseDecision,
    State,
    free_readers,
    lock_seen_responses,
    move_quotas,
    update_ledger,
)

#: The most characters of a reason.
LONGEST_REASON = 200


@transaction.atomic
def delete_responses(
    *, survey: Survey, seen: Mapping[int, str], reason: str, user: Any = None
) -> ResponseDecision:
    """Delete responses to a survey or its translations, with their tags and notes, for good.

    ``seen`` is that of ``mark_responses``. Figures are exact at once, places of quotas are given
    back, and the readers may answer again, except those of spam. Files of exports that contain the
    responses are deleted. The reader's ledger keeps that there was an answer, without it. Raises
    InvalidInput without a reason; Wagtail's audit log keeps it. The caller must check permissions.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(fields={"reason": [_("Give a reason, which the audit log keeps.")]})
    rows, decision = lock_seen_responses(survey, seen)
    ids = [row.pk for row in rows]
    lines = [
        LogLine(row.pk, {"state": row.state, "reason": reason[:LONGEST_REASON]}) for row in rows
    ]
    write_response_log(DELETE_ACTION, survey, lines, user)
    counted = [row for row in rows if row.state == State.COUNTED]
    move_quotas(survey, leaving=counted)
    free_readers(survey, [row for row in rows if row.state != State.SPAM])
    update_ledger(rows, keep_answers=False)
    for model in (ResponseTag, ResponseNote):
        model._default_manager.filter(response_id__in=ids).delete()
    if ids:
        family = selectors.get_family_ids(survey)
        Export.objects.filter(survey_id__in=family, last_included_id__gte=min(ids)).delete()
    Response.objects.filter(pk__in=ids).delete()
    remove_from_tallies(row for row in counted if row.folded)
    return decision
