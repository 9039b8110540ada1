"""Personal data of this room: a person's responses, and those with their email address."""

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cx_feedback.surveys import questions
from cx_feedback.surveys.exports.models import Export
from cx_feedback.surveys.models import Response, SurveyVersion
from cx_feedback.surveys.selectors import get_definitions


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


def _find_with_address(email: str) -> set[int]:
    """Return the ids of responses with this address; one query per question."""
    return {
        pk
        for survey_id, keys in _get_address_keys().items()
        for key in keys
        for pk in Response.objects.filter(
            survey=survey_id, **{f"answers__{key}__iexact": email}
        ).values_list("pk", flat=True)
    }


def get_responses(*, reader_ids: list[int], email: str = "") -> list[dict[str, Any]]:
    """Return the responses of these readers, and those with this address, in words."""
    responses = list(
        _get_rows(reader_ids=reader_ids, email=email).select_related("survey").order_by("pk")
    )
    versions = get_definitions({r.version_id for r in responses})
    return [
        {
            "survey": versions[r.version_id].title,
            "at": r.created_at.isoformat(),
            "page": r.page_id,
            "language": r.language,
            "hidden_fields": r.hidden_fields,
            "answers": [
                {
                    "question": q.label,
                    "answer": questions.get(q.type).format_answer(q, r.answers[q.key]),
                }
                for q in versions[r.version_id].ever_asked()
                if q.key in r.answers
            ],
        }
        for r in responses
    ]


def _get_rows(*, reader_ids: list[int], email: str) -> QuerySet[Response]:
    mine = Response.objects.filter(reader_id__in=reader_ids)
    return mine | Response.objects.filter(pk__in=_find_with_address(email)) if email else mine


def find_readers(email: str) -> set[int]:
    """Return the readers who gave this address as an answer."""
    rows = Response.objects.filter(pk__in=_find_with_address(email), reader__isnull=False)
    return set(rows.values_list("reader_id", flat=True))


def get_addresses(reader_ids: list[int]) -> dict[int, set[str]]:
    """Return the addresses that these readers gave as answers."""
    asking, found = _get_address_keys(), defaultdict(set)
    for row in Response.objects.filter(reader__in=reader_ids):
        for key in asking.get(row.survey_id, ()):
            if row.answers.get(key):
                found[row.reader_id or 0].add(str(row.answers[key]))
    return found


@transaction.atomic
def erase_responses(*, reader_ids: list[int], email: str = "") -> int:
    """Remove a person from their responses; return the number of responses.

    Results don't change: a response keeps its choices and numbers, and loses its reader, the
    reader's own words, the hidden fields of the link and the key of the request. A response with
    the address that belongs to another reader (``readers.personal.find_unproved_reader_ids``)
    loses its texts, including the address, and keeps its reader.
    """
    mine = list(_get_rows(reader_ids=reader_ids, email=email).select_for_update(of=("self",)))
    versions = get_definitions({r.version_id for r in mine})
    for response in mine:
        types = {q.key: questions.get(q.type) for q in versions[response.version_id].ever_asked()}
        response.answers = {
            key: types[key].anonymize_answer(value) if key in types else None
            for key, value in response.answers.items()
        }
        response.idempotency_key = ""
        response.hidden_fields = {}
        if response.reader_id in reader_ids:
            response.reader_id = None
    columns = ["answers", "reader", "idempotency_key", "hidden_fields"]
    Response.objects.bulk_update(mine, columns, batch_size=500)
    if mine:
        Export.objects.filter(with_texts=True).delete()  # they contain the erased texts
    return len(mine)
