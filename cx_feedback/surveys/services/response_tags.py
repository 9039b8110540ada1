"""Tags of responses."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text.text_folding import get_case_key
from cx_feedback.surveys import selectors
from cx_feedback.surveys.models import Response, ResponseTag, Survey
from cx_feedback.surveys.services.response_log import TAG_ACTION, LogLine, write_response_log
from cx_feedback.surveys.services.response_states import ResponseDecision

#: The most tags of a response.
MAX_TAGS = 20


def clean_tag(name: str) -> str:
    """Return the name of a tag with single spaces; raises InvalidInput that names ``tag``."""
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(fields={"tag": [_("Write a tag.")]})
    if len(name) > ResponseTag.LONGEST:
        too_long = _("A tag has at most %(n)d characters.") % {"n": ResponseTag.LONGEST}
        raise InvalidInput(fields={"tag": [too_long]})
    return name


@transaction.atomic
def add_tag(
    *, survey: Survey, response_ids: Iterable[int], name: str, user: Any = None
) -> ResponseDecision:
    """Add a tag to responses to a survey or its translations.

    A tag that the survey has already keeps its spelling. Responses with ``MAX_TAGS`` are left
    alone, as conflicts. Raises InvalidInput that names ``tag``. The caller must check permissions.
    """
    ids, name = set(response_ids), clean_tag(name)
    family = selectors.get_family_ids(survey)
    rows = _lock_responses(family, ids)
    there = ResponseTag.objects.filter(survey_id__in=family, name__iexact=name)
    spelling = there.order_by("pk").values_list("name", flat=True).first() or name
    held: dict[int, set[str]] = {row.pk: set() for row in rows}
    tags = ResponseTag.objects.filter(response_id__in=held)
    for pk, other in tags.values_list("response_id", "name"):
        held[pk].add(get_case_key(other))
    full = [row for row in rows if len(held[row.pk] - {get_case_key(name)}) >= MAX_TAGS]
    new = [row for row in rows if row not in full and get_case_key(name) not in held[row.pk]]
    ResponseTag.objects.bulk_create(
        [ResponseTag(response=row, survey_id=row.survey_id, name=spelling) for row in new],
        ignore_conflicts=True,
    )
    write_response_log(TAG_ACTION, survey, [LogLine(r.pk, {"added": spelling}) for r in new], user)
    return ResponseDecision(
        tuple(row.pk for row in rows if row not in full),
        {row.pk: row.state for row in full},
        tuple(sorted(ids - held.keys())),
    )


@transaction.atomic
def remove_tag(
    *, survey: Survey, response_ids: Iterable[int], name: str, user: Any = None
) -> ResponseDecision:
    """Remove a tag from responses; the caller must check permissions."""
    ids = set(response_ids)
    rows = _lock_responses(selectors.get_family_ids(survey), ids)
    tags = ResponseTag.objects.filter(response__in=rows, name__iexact=name)
    had = list(tags.values_list("response_id", flat=True))
    tags.delete()
    write_response_log(TAG_ACTION, survey, [LogLine(pk, {"removed": name}) for pk in had], user)
    kept = {row.pk for row in rows}
    return ResponseDecision(tuple(sorted(kept)), {}, tuple(sorted(ids - kept)))


def _lock_responses(family: list[int], ids: set[int]) -> list[Response]:
    rows = Response.objects.select_for_update(of=("self",)).order_by("pk")
    return list(rows.filter(pk__in=ids, survey_id__in=family).only("pk", "survey_id", "state"))
