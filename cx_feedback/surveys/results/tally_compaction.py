"""Compaction of tallies with too many values (``QuestionType.max_tally_values``)."""

from collections.abc import Callable, Mapping

from django.db import connections, router, transaction
from django.db.models import Count

from cx_feedback.surveys import questions
from cx_feedback.surveys.models import Tally
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.questions.definitions import Question

#: Questions by survey id and question key.
TalliedQuestions = Mapping[tuple[int, str], Question]


def compact_large_tallies(asked: TalliedQuestions) -> int:
    """Compact the tallies of these questions that are too large; return their number.

    The whole has at least as many values as any part, so usually only the whole is queried.
    """
    done = 0
    if not asked:
        return done
    least = min(questions.get(q.type).max_tally_values or 0 for q in asked.values())
    rows = Tally.objects.filter(
        survey_id__in={survey for survey, _key in asked}, question__in={key for _s, key in asked}
    )
    crowded = (
        rows.filter(part="")
        .exclude(value=ANSWERED)
        .values_list("survey_id", "question")
        .annotate(n=Count("pk"))
    )
    for survey_id, key, _n in crowded.filter(n__gt=least):
        question = asked.get((survey_id, key))
        if question is None:
            continue
        most = questions.get(question.type).max_tally_values or 0
        parts = Tally.objects.filter(survey_id=survey_id, question=key).exclude(value=ANSWERED)
        counted = parts.values_list("part").annotate(n=Count("pk"))
        for part, _n in counted.filter(n__gt=most):
            compact_tally(survey_id=survey_id, question=question, part=part)
            done += 1
    return done


@transaction.atomic
def compact_tally(*, survey_id: int, question: Question, part: str) -> None:
    """Compact the tally of one question and part as its type defines."""
    _rewrite_tally(survey_id, question, part, questions.get(question.type).compact_tally)


@transaction.atomic
def remove_from_compacted_tally(
    *, survey_id: int, question: Question, part: str, values: Mapping[str, int]
) -> None:
    """Remove answers, as a number by value, from a tally that has been compacted."""
    kind = questions.get(question.type)
    _rewrite_tally(survey_id, question, part, lambda counts: kind.remove_from_tally(counts, values))


def _rewrite_tally(
    survey_id: int,
    question: Question,
    part: str,
    change: Callable[[Mapping[str, int]], Mapping[str, int]],
) -> None:
    lock_tallies()
    rows = Tally.objects.filter(survey_id=survey_id, question=question.key, part=part)
    counts = change(dict(rows.values_list("value", "count")))
    rows.delete()
    Tally.objects.bulk_create(
        [
            Tally(survey_id=survey_id, question=question.key, part=part, value=value, count=count)
            for value, count in counts.items()
            if count
        ],
        batch_size=1_000,
    )


def lock_tallies() -> None:
    """Lock the tallies against writes until the transaction ends."""
    connection = connections[router.db_for_write(Tally)]
    if connection.vendor == "postgresql":  # SQLite has one writer
        table = connection.ops.quote_name(Tally._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
