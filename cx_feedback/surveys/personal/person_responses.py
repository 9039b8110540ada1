"""A person's responses: by reader, or by the address in an answer, of any version of a survey.

Responses that were not finished (``partials``) are found in the same way and deleted.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from cx_feedback.core.privacy.lookups import FoundBy, Lookup, Person
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


class ResponseLookup(Lookup):
    """Responses of a reader, and those with an address as the answer to a question of the type."""

    found_by = (FoundBy.READER, FoundBy.ADDRESS)

    def find_rows(self, model: _Model, person: Person) -> QuerySet[Any]:  # type: ignore[override]
        rows: Any = model._default_manager
        mine = rows.filter(reader_id__in=person.reader_ids)
        if not person.email:
            return mine
        return mine | rows.filter(pk__in=_find_with_address(model, person.email))

    def find_readers(self, model: _Model, email: str) -> set[int]:  # type: ignore[override]
        rows = model._default_manager.filter(pk__in=_find_with_address(model, email))
        return set(rows.exclude(reader=None).values_list("reader_id", flat=True))

    def get_addresses(  # type: ignore[override]
        self, model: _Model, reader_ids: list[int]
    ) -> dict[int, set[str]]:
        asking, found = _get_address_keys(), defaultdict(set)
        row: Any
        for row in model._default_manager.filter(reader__in=reader_ids):
            for key in asking.get(row.survey_id, ()):
                if row.answers.get(key):
                    found[row.reader_id or 0].add(str(row.answers[key]))
        return found

    def iterate_addresses(self, model: _Model) -> Iterator[str]:  # type: ignore[override]
        for survey_id, keys in _get_address_keys().items():
            for key in keys:
                rows = model._default_manager.filter(survey=survey_id, answers__has_key=key)
                for answers in rows.values_list("answers", flat=True).iterator():
                    if answers.get(key):
                        yield str(answers[key])


def describe_responses(rows: list[Any]) -> list[dict[str, Any]]:
    """Return responses in words, as the export has them."""
    versions = get_definitions({r.version_id for r in rows})
    return [
        {
            "survey": versions[r.version_id].title,
            "at": r.created_at.isoformat(),
            "page": r.page_id,
            "language": r.language,
            **_describe_sending(r),
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
    ]


def _describe_sending(row: Any) -> dict[str, Any]:
    """Return what a response has and one that was not finished has not."""
    if not isinstance(row, Response):
        return {}
    return {"seconds": row.seconds, "state": row.state, "hidden_fields": row.hidden_fields}


@transaction.atomic
def erase_responses(person: Person) -> int:
    """Remove a person from their responses; return the number of responses.

    Results don't change: a response keeps its choices and numbers, and loses its reader, the
    reader's own words, the hidden fields of the link, the key of the request, and what editors
    attached to it: its tags and notes. A response with the address that belongs to another reader
    (``readers.privacy.person_requests``) loses its texts, including the address, and
    keeps its reader.
    """
    rows = ResponseLookup().find_rows(Response, person)
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
        if response.reader_id in person.reader_ids:
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


def erase_partials(person: Person) -> int:
    """Delete a person's unfinished responses; return their number, which the figures keep."""
    rows = ResponseLookup().find_rows(PartialResponse, person)
    done = 0
    while count := delete_partials(rows):
        done += count
    return done
