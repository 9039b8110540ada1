"""Folding responses and starts into tallies, so that results cost the same for any number of them.

There are tallies for the whole, each day, each page and each language, but not for combinations,
so their number grows with the sum and not with the product. Combinations are counted from the rows
(``results.row_counts``).

Each row is marked when it is folded: a watermark on ids would miss rows that are committed late.
Several folds may run at once if the database can skip locked rows.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.db import connections, router, transaction
from django.utils import timezone

from cx_feedback.core.http.idempotency_keys import PRESS, WINDOW
from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.models import Response, Start, Tally
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.results.tally_compaction import compact_large_tallies, lock_tallies

#: (survey id, part, question key, value)
TallyKey = tuple[int, str, str, str]
#: Counts the tallies of rows, and adds questions whose tallies may be too large to the mapping.
_KeyCounter = Callable[[list[Any], dict[tuple[int, str], Question]], Counter[TallyKey]]

#: Counts other than answers: starts, seconds that answering took, languages of a page.
STARTED, SECONDS, LANGUAGE = "~started", "~seconds", "~language"
#: Readers who stopped after a question (the value), of partial responses that were deleted.
STOPPED = "~stopped"
#: (number of seconds from which on, size of steps)
STEPS = ((3600, 60), (600, 10))
#: Tallies that are updated by one statement.
ROWS_PER_STATEMENT = 1_000
#: The size of tallies is checked once for this many responses, because counting tallies costs more
#: than folding a response.
SIZE_CHECK_EVERY = 500


def get_parts(response: Any) -> list[str]:
    """Return the parts of the results to which a response or start belongs, the whole first."""
    # In the time zone of the site, not of an editor, because a day is folded only once.
    day = timezone.localdate(response.created_at, timezone.get_default_timezone())
    parts = ["", f"day:{day.isoformat()}"]
    if response.page_id is not None:
        parts.append(f"page:{response.page_id}")
    return [*parts, f"lang:{response.language}"] if response.language else parts


def get_response_keys(response: Any, definition: Definition) -> list[TallyKey]:
    """Return the keys of all tallies that a response increases."""
    counted = set(questions.iterate_counted_values(definition, response.answers))
    parts = get_parts(response)
    keys = [
        (response.survey_id, part, question, value) for part in parts for question, value in counted
    ]
    return [*keys, *_get_extra_keys(response, parts)]


def _get_extra_keys(response: Any, parts: list[str]) -> Iterator[TallyKey]:
    """Iterate over the keys of a response's tallies other than those of its answers."""
    if response.seconds is not None:
        yield response.survey_id, "", SECONDS, str(round_seconds(response.seconds))
    if response.page_id is not None:
        yield response.survey_id, f"page:{response.page_id}", LANGUAGE, response.language


def get_start_keys(start: Any) -> list[TallyKey]:
    """Return the keys of all tallies that a start increases."""
    return [(start.survey_id, part, STARTED, "") for part in get_parts(start)]


def round_seconds(seconds: int) -> int:
    """Return the duration of answering as it is tallied.

    Durations are exact up to ten minutes, then rounded down to ten seconds and, from an hour on, to
    a minute. So there are at most about 2,300 values.
    """
    step = next((step for bound, step in STEPS if seconds >= bound), 1)
    return seconds - seconds % step


def fold_responses(*, batch: int = 500, at_most: int | None = None) -> int:
    """Fold responses, then starts, ``batch`` rows per transaction; return the number of responses.

    Stops after ``at_most`` responses if that is given.
    """
    done = _fold_all(Response, _count_response_keys, batch, at_most)
    _fold_all(Start, _count_start_keys, batch, at_most)
    return done


def rebuild_tallies(*, survey_id: int, batch: int = 2_000) -> None:
    """Rebuild the tallies of a survey from its folded rows in one transaction.

    The rows hold everything else that is tallied, since erasing a reader keeps their choices. Folds
    wait meanwhile.
    """
    growing: dict[tuple[int, str], Question] = {}
    with transaction.atomic():
        lock_tallies()
        Tally.objects.filter(survey_id=survey_id).exclude(question=STOPPED).delete()
        kinds: list[tuple[Any, Any]] = [
            (Response, _count_response_keys),
            (Start, _count_start_keys),
        ]
        for model, keys in kinds:
            rows = model.objects.filter(survey_id=survey_id, folded=True).order_by("pk")
            if model is Response:
                rows = rows.counted()
            left = rows.iterator(chunk_size=batch)
            while some := list(islice(left, batch)):
                add_to_tallies(keys(some, growing))
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
        if model is Response:
            counted = [row for row in rows if row.state == Response.State.COUNTED]
            add_to_tallies(keys(counted, growing))
        else:
            add_to_tallies(keys(rows, growing))
        model.objects.filter(pk__in=[row.pk for row in rows]).update(folded=True)
        _clear_press_keys(rows)
    return len(rows)


def _clear_press_keys(rows: list[Any]) -> None:
    """Clear the generated keys of forms, whose window is over (see ``_claim_rows``).

    They are hashes that include the sender.
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
        # A form with a generated key can be repeated until its window is over. Folding it clears
        # the key.
        rows = rows.exclude(
            idempotency_key__startswith=PRESS, created_at__gt=timezone.now() - WINDOW
        )
    connection = connections[router.db_for_write(model)]
    if connection.features.has_select_for_update:
        can_skip = connection.features.has_select_for_update_skip_locked
        rows = rows.select_for_update(skip_locked=can_skip)
    return rows[:size]


def add_to_tallies(deltas: Counter[TallyKey]) -> None:
    """Add to the tallies, in the order of their keys so that two folds can't deadlock.

    One statement inserts new tallies and increases existing ones, and waits for tallies that are
    being compacted. Django's ``bulk_create`` can overwrite existing values, but not increase them.
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
