"""Folding responses and starts into tallies, so that results cost the same however many there are.

What is tallied by part is the whole, the day, the page and the language, each by itself: their
number grows with days, pages and languages, never with their products. What needs two of them
together is counted from the rows (``results.scan``).

Each row says itself whether it is folded: a watermark on ids would miss rows that commit late.
Any number of folds may run at once where the database can skip locked rows.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.db import connections, router, transaction
from django.utils import timezone

from cx_feedback.core.http.repeats import PRESS, WINDOW
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Start, Tally
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.results.compaction import compact_large_tallies, lock_tallies

#: (survey id, part, question key, value)
TallyKey = tuple[int, str, str, str]
#: What rows add to the tallies; questions whose tallies may grow too large go into the mapping.
_KeyCounter = Callable[[list[Any], dict[tuple[int, str], Question]], Counter[TallyKey]]

#: Beside the answers: who began, how long answering took, in which language a page was answered.
STARTED, SECONDS, LANGUAGE = "~started", "~seconds", "~language"
#: (from so many seconds on, counted in steps of)
STEPS = ((3600, 60), (600, 10))
#: Tallies that one statement adds to.
ROWS_PER_STATEMENT = 1_000
#: With one response of so many it is looked whether tallies have grown too large: to count them
#: costs more than to fold one.
SIZE_CHECK_EVERY = 500


def get_parts(response: Any) -> list[str]:
    """Return the parts of the results that a response or start counts in, the whole first."""
    # The site's time zone, not that of the editor who looks: a day is folded once for all.
    day = timezone.localdate(response.created_at, timezone.get_default_timezone())
    parts = ["", f"day:{day.isoformat()}"]
    if response.page_id is not None:
        parts.append(f"page:{response.page_id}")
    return [*parts, f"lang:{response.language}"] if response.language else parts


def get_response_keys(response: Any, definition: Definition) -> list[TallyKey]:
    """Return every tally that a response adds one to."""
    counted = set(questions.counted(definition, response.answers))
    parts = get_parts(response)
    keys = [
        (response.survey_id, part, question, value) for part in parts for question, value in counted
    ]
    return [*keys, *_get_extra_keys(response, parts)]


def _get_extra_keys(response: Any, parts: list[str]) -> Iterator[TallyKey]:
    """Iterate over what a response counts under beside its answers."""
    if response.seconds is not None:
        yield response.survey_id, "", SECONDS, str(round_seconds(response.seconds))
    if response.page_id is not None:
        yield response.survey_id, f"page:{response.page_id}", LANGUAGE, response.language


def get_start_keys(start: Any) -> list[TallyKey]:
    """Return every tally that a start adds one to."""
    return [(start.survey_id, part, STARTED, "") for part in get_parts(start)]


def round_seconds(seconds: int) -> int:
    """Return how long answering took as it is tallied.

    Exact up to ten minutes, then rounded down to ten seconds, from an hour on to a minute: so
    there are at most about 2,300 values, and a median is exact where it matters.
    """
    step = next((step for bound, step in STEPS if seconds >= bound), 1)
    return seconds - seconds % step


def fold_responses(*, batch: int = 500, at_most: int | None = None) -> int:
    """Fold what is not folded yet, ``batch`` rows a transaction; return how many responses.

    Stops after ``at_most`` responses when that is given. Starts are folded after the responses.
    """
    done = _fold_all(Response, _count_response_keys, batch, at_most)
    _fold_all(Start, _count_start_keys, batch, at_most)
    return done


def rebuild_tallies(*, survey_id: int, batch: int = 2_000) -> None:
    """Count anew, in one transaction, what is folded of a survey.

    Of the rows that are kept everything follows that was tallied: erasing a reader keeps what
    they chose. Folds wait meanwhile.
    """
    growing: dict[tuple[int, str], Question] = {}
    with transaction.atomic():
        lock_tallies()
        Tally.objects.filter(survey_id=survey_id).delete()
        kinds: list[tuple[Any, Any]] = [
            (Response, _count_response_keys),
            (Start, _count_start_keys),
        ]
        for model, keys in kinds:
            rows = model.objects.filter(survey_id=survey_id, folded=True).order_by("pk")
            left = rows.iterator(chunk_size=batch)
            while some := list(islice(left, batch)):
                _add_to_tallies(keys(some, growing))
    compact_large_tallies(growing)


def _fold_all(model: Any, keys: _KeyCounter, batch: int, most: int | None) -> int:
    done, growing = 0, dict[tuple[int, str], Question]()
    while most is None or done < most:
        size = batch if most is None else min(batch, most - done)
        folded = _fold_batch(model, keys, size, growing)
        done += folded
        if folded < size:
            break
    compact_large_tallies(growing)
    return done


@transaction.atomic
def _fold_batch(
    model: Any, keys: _KeyCounter, size: int, growing: dict[tuple[int, str], Question]
) -> int:
    rows = list(_claim_rows(model, size))
    if rows:
        _add_to_tallies(keys(rows, growing))
        model.objects.filter(pk__in=[row.pk for row in rows]).update(folded=True)
        _clear_press_keys(rows)
    return len(rows)


def _clear_press_keys(rows: list[Any]) -> None:
    """Take off the keys of forms that brought none: their window is over, see ``_claim_rows``.

    They are hashes, but of who sent it too.
    """
    pressed = [row.pk for row in rows if getattr(row, "idempotency_key", "").startswith(PRESS)]
    if pressed:
        Response.objects.filter(pk__in=pressed).update(idempotency_key="")


def _count_response_keys(
    responses: list[Response], growing: dict[tuple[int, str], Question]
) -> Counter[TallyKey]:
    versions = selectors.get_definitions({r.version_id for r in responses})
    looked_at = any(response.pk % SIZE_CHECK_EVERY == 0 for response in responses)
    for version_id, survey_id in {(r.version_id, r.survey_id) for r in responses}:
        for question in versions[version_id].ever_asked() if looked_at else ():
            if questions.get(question.type).max_tally_values:
                growing[survey_id, question.key] = question
    deltas: Counter[TallyKey] = Counter()
    for response in responses:
        deltas.update(get_response_keys(response, versions[response.version_id]))
    return deltas


def _count_start_keys(
    starts: list[Start], growing: dict[tuple[int, str], Question]
) -> Counter[TallyKey]:
    return Counter(key for start in starts for key in get_start_keys(start))


def _claim_rows(model: Any, size: int) -> Any:
    rows = model.objects.filter(folded=False).order_by("survey_id", "pk")
    if model is Response:
        # A form without a key waits until nobody can press it again: its key goes with the fold.
        rows = rows.exclude(
            idempotency_key__startswith=PRESS, created_at__gt=timezone.now() - WINDOW
        )
    connection = connections[router.db_for_write(model)]
    if connection.features.has_select_for_update:
        can_skip = connection.features.has_select_for_update_skip_locked
        rows = rows.select_for_update(skip_locked=can_skip)
    return rows[:size]


def _add_to_tallies(deltas: Counter[TallyKey]) -> None:
    """Add to the tallies, in the order of their keys so that two folds never wait in a ring.

    One statement inserts what is new and adds to what is there: a tally that somebody makes
    smaller meanwhile (``compaction``) is waited for. Django's ``bulk_create`` can overwrite what
    is there, not add to it.
    """
    connection = connections[router.db_for_write(Tally)]
    quoted = connection.ops.quote_name
    table, key = quoted(Tally._meta.db_table), ("survey_id", "part", "question", "value")
    names, count = ", ".join(map(quoted, key)), quoted("count")
    ordered = sorted(deltas)
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), ROWS_PER_STATEMENT):
            keys = ordered[start : start + ROWS_PER_STATEMENT]
            values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(keys))
            cursor.execute(
                f"INSERT INTO {table} ({names}, {count}) VALUES {values} ON CONFLICT ({names}) "
                f"DO UPDATE SET {count} = {table}.{count} + excluded.{count}",
                [value for key in keys for value in (*key, deltas[key])],
            )
