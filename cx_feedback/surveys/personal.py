"""Personal data of this room: a person's responses, and those with their email address.

Responses that were not finished (``partials``) are found in the same way and deleted.
"""

import uuid
from collections import defaultdict
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from cx_feedback.surveys import questions
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import (
    PartialResponse,
    Response,
    ResponseNote,
    ResponseTag,
    Survey,
    SurveyVersion,
)
from cx_feedback.surveys.models.responses import IMPORTED
from cx_feedback.surveys.partials.services import delete_partials
from cx_feedback.surveys.selectors import get_definitions
from cx_feedback.surveys.services.response_log import erase_tags_from_log

_Model = type[Response] | type[PartialResponse]
_MODELS: tuple[_Model, ...] = (Response, PartialResponse)


def _get_address_keys() -> dict[int, set[str]]:
    """Return the keys of email questions, of all versions, by survey id."""
    found: dict[int, set[str]] = defaultdict(set)
    ids = list(SurveyVersion.objects.values_list("pk", "survey_id"))
    versions = get_definitions(pk for pk, _survey_id in ids)
    for pk, survey_id in ids:
        for question in versions[pk].ever_asked():
            if questions.get(question.type).is_address:
                found[survey_id].add(question.key)
    return found


def _find_with_address(model: _Model, email: str) -> set[int]:
    """Return the ids of the rows of ``model`` with this address; one query per question."""
    return {
        pk
        for survey_id, keys in _get_address_keys().items()
        for key in keys
        for pk in model._default_manager.filter(
            survey=survey_id, **{f"answers__{key}__iexact": email}
        ).values_list("pk", flat=True)
    }


def get_responses(*, reader_ids: list[int], email: str = "") -> list[dict[str, Any]]:
    """Return the responses of these readers, and those with this address, in words."""
    rows = _get_rows(Response, reader_ids=reader_ids, email=email)
    attached = {row.pk: row for row in rows.only("pk").prefetch_related("tags", "notes")}
    return [
        {
            **described,
            "tags": [tag.name for tag in attached[pk].tags.all()],
            "notes": [
                {"text": note.text, "at": note.created_at.isoformat()}
                for note in attached[pk].notes.all()
            ],
        }
        for pk, described in _describe_rows(rows).items()
    ]


def get_partials(*, reader_ids: list[int], email: str = "") -> list[dict[str, Any]]:
    """Return the unfinished responses of these readers, and those with this address, in words."""
    rows = _get_partial_rows(reader_ids=reader_ids, email=email)
    return list(_describe_rows(rows).values())


def _describe_rows(found: QuerySet[Any]) -> dict[int, dict[str, Any]]:
    """Return rows in words by their ids."""
    rows = list(found.order_by("pk"))
    versions = get_definitions({r.version_id for r in rows})
    return {
        r.pk: {
            "survey": versions[r.version_id].title,
            "at": r.created_at.isoformat(),
            "page": r.page_id,
            "language": r.language,
            "hidden_fields": getattr(r, "hidden_fields", {}),
            "answers": [
                {
                    "question": q.label,
                    "answer": questions.get(q.type).format_answer(q, r.answers[q.key]),
                }
                for q in versions[r.version_id].ever_asked()
                if q.key in r.answers
            ],
        }
        for r in rows
    }


def _get_rows(model: _Model, *, reader_ids: list[int], email: str) -> QuerySet[Any]:
    rows: Any = model._default_manager
    mine = rows.filter(reader_id__in=reader_ids)
    return mine | rows.filter(pk__in=_find_with_address(model, email)) if email else mine


def _get_partial_rows(*, reader_ids: list[int], email: str) -> QuerySet[PartialResponse]:
    return _get_rows(PartialResponse, reader_ids=reader_ids, email=email)


def find_readers(email: str) -> set[int]:
    """Return the readers who gave this address as an answer."""
    found: set[int] = set()
    for model in _MODELS:
        rows = model._default_manager.filter(pk__in=_find_with_address(model, email))
        found.update(rows.exclude(reader=None).values_list("reader_id", flat=True))
    return found


def get_addresses(reader_ids: list[int]) -> dict[int, set[str]]:
    """Return the addresses that these readers gave as answers."""
    asking, found = _get_address_keys(), defaultdict(set)
    found_rows = (model._default_manager.filter(reader__in=reader_ids) for model in _MODELS)
    row: Any
    for row in chain.from_iterable(found_rows):
        for key in asking.get(row.survey_id, ()):
            if row.answers.get(key):
                found[row.reader_id or 0].add(str(row.answers[key]))
    return found


@transaction.atomic
def erase_responses(*, reader_ids: list[int], email: str = "") -> int:
    """Remove a person from their responses; return the number of responses.

    Results don't change: a response keeps its choices and numbers, and loses its reader, the
    reader's own words, the hidden fields of the link, the key of the request, and what editors
    attached to it: its tags and notes. A response with the address that belongs to another reader
    (``readers.personal.find_unproved_reader_ids``) loses its texts, including the address, and
    keeps its reader.
    """
    rows = _get_rows(Response, reader_ids=reader_ids, email=email)
    mine = list(rows.select_for_update(of=("self",)))
    versions = get_definitions({r.version_id for r in mine})
    with_hidden = {response.survey_id for response in mine if response.hidden_fields}
    for response in mine:
        types = {q.key: questions.get(q.type) for q in versions[response.version_id].ever_asked()}
        response.answers = {
            key: types[key].anonymize_answer(value) if key in types else None
            for key, value in response.answers.items()
        }
        # A key from a file may be made of a person's number there.
        response.idempotency_key = IMPORTED + uuid.uuid4().hex if response.is_imported else ""
        response.hidden_fields = {}
        if response.reader_id in reader_ids:
            response.reader_id = None
    columns = ["answers", "reader", "idempotency_key", "hidden_fields"]
    Response.objects.bulk_update(mine, columns, batch_size=500)
    if mine:
        for model in (ResponseTag, ResponseNote):  # they may repeat what the reader wrote
            model._default_manager.filter(response__in=mine).delete()
        erase_tags_from_log(response.pk for response in mine)
        # They contain the erased texts; all exports contain the hidden fields.
        hidden = Survey.objects.filter(pk__in=with_hidden).values("translation_key")
        told = Q(with_texts=True) | Q(survey__translation_key__in=hidden)
        Export.objects.filter(told).delete()
    return len(mine)


def erase_partials(*, reader_ids: list[int], email: str = "") -> int:
    """Delete a person's unfinished responses; return their number, which the figures keep."""
    rows = _get_partial_rows(reader_ids=reader_ids, email=email)
    done = 0
    while count := delete_partials(rows):
        done += count
    return done
