"""Removal of responses from the tallies, when they no longer count.

Folding adds to the tallies, so the opposite is only needed for folded responses. Tallies are exact
afterwards, the compacted ones too (``results.tally_compaction``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import F

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Tally
from cx_feedback.surveys.questions.definitions import Question
from cx_feedback.surveys.results.tally_compaction import lock_tallies, remove_from_compacted_tally
from cx_feedback.surveys.results.tally_folding import TallyKey, get_response_keys

#: Counts by value that a tally doesn't hold, by survey id, part and question key.
_Missing = dict[tuple[int, str, str], Counter[str]]


def remove_from_tallies(responses: Iterable[Response]) -> None:
    """Remove folded responses from the tallies.

    Call it in the transaction that has locked the responses, as its last statement but for their
    own: folds wait from here on.
    """
    rows = list(responses)
    if not rows:
        return
    versions = selectors.get_definitions({response.version_id for response in rows})
    deltas: Counter[TallyKey] = Counter()
    compactable: dict[tuple[int, str], Question] = {}
    for response in rows:
        definition = versions[response.version_id]
        deltas.update(get_response_keys(response, definition))
        for question in definition.ever_asked():
            if questions.get(question.type).max_tally_values:
                compactable[response.survey_id, question.key] = question
    lock_tallies()
    for (survey_id, part, key), values in _subtract(deltas).items():
        if found := compactable.get((survey_id, key)):
            remove_from_compacted_tally(
                survey_id=survey_id, question=found, part=part, values=values
            )


def _subtract(deltas: Counter[TallyKey]) -> _Missing:
    """Subtract from the tallies; return what they don't hold, because it has been compacted."""
    stored = _fetch_tallies(deltas)
    missing: _Missing = defaultdict(Counter)
    by_number: dict[int, list[int]] = defaultdict(list)
    for key, number in deltas.items():
        row = stored.get(key)
        if row is not None and row.count >= number:
            by_number[number].append(row.pk)
        else:
            missing[key[:3]][key[3]] += number
    for number, pks in by_number.items():
        Tally.objects.filter(pk__in=pks).update(count=F("count") - number)
    Tally.objects.filter(pk__in=[row.pk for row in stored.values()], count=0).delete()
    return missing


def _fetch_tallies(keys: Iterable[TallyKey]) -> dict[TallyKey, Tally]:
    wanted: dict[int, set[TallyKey]] = defaultdict(set)
    for key in keys:
        wanted[key[0]].add(key)
    found = {}
    for survey_id, some in wanted.items():
        rows = Tally.objects.filter(
            survey_id=survey_id,
            part__in={key[1] for key in some},
            question__in={key[2] for key in some},
            value__in={key[3] for key in some},
        )
        found.update({(survey_id, row.part, row.question, row.value): row for row in rows})
    return found
