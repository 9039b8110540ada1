"""Folding responses into tallies, so that results cost the same however many answers there are.

Each row says itself whether it is folded: a watermark on ids would miss rows that commit late.
Any number of folds may run at once where the database can skip locked rows.
"""

from collections import Counter
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Case, F, PositiveBigIntegerField, Value, When
from django.utils import timezone

from cx_feedback.surveys import questions, selectors
from cx_feedback.surveys.definitions import Definition
from cx_feedback.surveys.models import Response, Tally

#: (survey id, part, question key, value)
Key = tuple[int, str, str, str]


def parts_of(response: Any) -> list[str]:
    """Return the parts of the results that a response counts in, the whole among them."""
    # The site's time zone, not that of the editor who looks: a day is folded once for all.
    day = timezone.localdate(response.created_at, timezone.get_default_timezone())
    parts = ["", f"day:{day.isoformat()}"]
    return parts if response.page_id is None else [*parts, f"page:{response.page_id}"]


def keys_of(response: Any, definition: Definition) -> list[Key]:
    """Return every tally that a response adds one to."""
    counted = set(questions.counted(definition, response.answers))
    return [
        (response.survey_id, part, question, value)
        for part in parts_of(response)
        for question, value in counted
    ]


def fold(*, batch: int = 500, at_most: int | None = None) -> int:
    """Fold what is not folded yet, ``batch`` responses a transaction; return how many.

    Stops after ``at_most`` responses when that is given.
    """
    done = 0
    while at_most is None or done < at_most:
        size = batch if at_most is None else min(batch, at_most - done)
        folded = _fold_batch(size)
        done += folded
        if folded < size:
            break
    return done


@transaction.atomic
def _fold_batch(size: int) -> int:
    responses = list(_claim(size))
    if not responses:
        return 0
    versions = selectors.definitions_of({r.version_id for r in responses})
    deltas: Counter[Key] = Counter()
    for response in responses:
        deltas.update(keys_of(response, versions[response.version_id]))
    _add(deltas)
    Response.objects.filter(pk__in=[r.pk for r in responses]).update(folded=True)
    return len(responses)


def _claim(size: int) -> Any:
    rows = Response.objects.filter(folded=False).order_by("survey_id", "pk")
    connection = connections[router.db_for_write(Response)]
    if connection.features.has_select_for_update:
        can_skip = connection.features.has_select_for_update_skip_locked
        rows = rows.select_for_update(skip_locked=can_skip)
    return rows[:size]


def _add(deltas: Counter[Key]) -> None:
    """Add to the tallies, in the order of their keys so that two folds never wait in a ring."""
    keys = sorted(deltas)
    Tally.objects.bulk_create(
        [Tally(survey_id=s, part=p, question=q, value=v) for s, p, q, v in keys],
        ignore_conflicts=True,
        batch_size=500,
    )
    rows = Tally.objects.filter(
        survey_id__in={key[0] for key in keys}, part__in={key[1] for key in keys}
    ).order_by("pk")
    connection = connections[router.db_for_write(Tally)]
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    columns = rows.values_list("pk", "survey_id", "part", "question", "value")
    wanted = {
        pk: deltas[survey_id, part, question, value]
        for pk, survey_id, part, question, value in columns
        if (survey_id, part, question, value) in deltas
    }
    pks = list(wanted)
    for start in range(0, len(pks), 200):
        chunk = pks[start : start + 200]
        Tally.objects.filter(pk__in=chunk).update(
            count=F("count")
            + Case(
                *(When(pk=pk, then=Value(wanted[pk])) for pk in chunk),
                output_field=PositiveBigIntegerField(),
            )
        )
