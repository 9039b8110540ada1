"""Counts of responses by the database, for combinations that tallies don't contain."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from cx_feedback.surveys import questions
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.questions.base import ANSWERED
from cx_feedback.surveys.questions.definitions import Definition
from cx_feedback.surveys.results.answer_expressions import AnswerText, get_counted_values
from cx_feedback.surveys.results.dimensions import ANSWER, DAY, Cell, Dimension

#: The number of responses by question key and value.
AnswerCounts = Counter[tuple[str, str]]

#: SQL for one row per answer of a response: the question's key and the answer as JSON text.
_EXPLODED = {
    "postgresql": ("jsonb_each(t.answers) e", "e.value::text"),
    "sqlite": (
        "json_each(t.answers) e",
        "CASE e.type WHEN 'text' THEN json_quote(e.value) WHEN 'true' THEN 'true'"
        " WHEN 'false' THEN 'false' WHEN 'null' THEN 'null' ELSE CAST(e.value AS TEXT) END",
    ),
}


def get_expression(column: str) -> Any:
    """Return the database expression for a column of a cell."""
    if column == DAY:
        return TruncDate("created_at", tzinfo=timezone.get_default_timezone())
    return AnswerText(column.removeprefix(ANSWER)) if column.startswith(ANSWER) else column


def count_cells(responses: QuerySet[Response], columns: Sequence[str]) -> list[Cell]:
    """Count responses by the values of columns; one query."""
    names = {f"c{n}": get_expression(column) for n, column in enumerate(columns)}
    plain = {name: column for name, column in names.items() if isinstance(column, str)}
    made = {name: column for name, column in names.items() if name not in plain}
    read = [plain.get(name, name) for name in names]
    rows = responses.order_by().annotate(**made).values_list(*read).annotate(times=Count("pk"))
    return [Cell(dict(zip(columns, row, strict=False)), row[-1]) for row in rows]


def between_days(since: datetime.date, until: datetime.date) -> Q:
    """Return the condition for responses of these days, in the site's time zone."""
    zone, midnight = timezone.get_default_timezone(), datetime.time.min
    start = datetime.datetime.combine(since, midnight, zone)
    end = datetime.datetime.combine(until + datetime.timedelta(days=1), midnight, zone)
    return Q(created_at__gte=start, created_at__lt=end)


def build_conditions(
    responses: QuerySet[Response], dimensions: Iterable[Dimension], cells: list[Cell]
) -> tuple[QuerySet[Response], list[Q]]:
    """Return annotated responses, and the condition of each dimension."""
    conditions = []
    for n, dimension in enumerate(dimensions):
        raw = {cell.columns[dimension.column] for cell in cells if dimension.holds(cell)}
        name = dimension.column
        if name.startswith(ANSWER):
            name = f"answer_{n}"
            responses = responses.annotate(**{name: get_expression(dimension.column)})
        conditions.append(Q(**{f"{name}__in": raw}))
    return responses, conditions


def count_given_answers(
    responses: QuerySet[Response], conditions: Sequence[Q], definition: Definition
) -> tuple[AnswerCounts, list[AnswerCounts]]:
    """Count the answers of those who meet all conditions, and of those who meet all but one.

    The second value is a list: for each condition, the counts of those who meet all others,
    whether they meet this one or not. One query reads the answers, without texts.
    """
    patterns = _count_by_pattern(responses, conditions, definition)
    whole = (1,) * len(conditions)
    passing = patterns.get(whole, Counter())
    without = []
    for n in range(len(conditions)):
        missed = tuple(0 if place == n else 1 for place in range(len(conditions)))
        without.append(passing + patterns.get(missed, Counter()))
    return passing, without


def _count_by_pattern(
    responses: QuerySet[Response], conditions: Sequence[Q], definition: Definition
) -> dict[tuple[int, ...], AnswerCounts]:
    meets = {
        f"meets_{n}": Case(When(q, then=Value(1)), default=Value(0), output_field=IntegerField())
        for n, q in enumerate(conditions)
    }
    rows = responses.order_by().annotate(**meets)
    if len(conditions) > 1:
        nearly = Q(pk__in=[])
        for left_out in range(len(conditions)):
            others = Q()
            for n, q in enumerate(conditions):
                others &= Q() if n == left_out else q
            nearly |= others
        rows = rows.filter(nearly)
    asked = {q.key: q for q in definition.ever_asked()}
    texts = [key for key, q in asked.items() if not questions.get(q.type).is_tallied]
    found: dict[tuple[int, ...], AnswerCounts] = {}
    for *pattern, key, text, times in _explode_answers(
        rows.values(*meets, "answers"), list(meets), texts
    ):
        given = found.setdefault(tuple(pattern), Counter())
        if key in asked:
            given[key, ANSWERED] += times
            for value in get_counted_values(asked[key], None if key in texts else text):
                given[key, value] += times
    return found


def _explode_answers(rows: Any, names: list[str], texts: list[str]) -> list[tuple[Any, ...]]:
    """Return rows of pattern, question key, answer as JSON text and number of responses."""
    connection = connections[rows.db]
    inner, params = rows.query.get_compiler(using=rows.db).as_sql()
    source, value = _EXPLODED[connection.vendor]
    holders = ", ".join(["%s"] * len(texts)) or "NULL"
    columns = ", ".join(f"t.{name}" for name in names)
    groups = ", ".join(str(n + 1) for n in range(len(names) + 2))
    statement = (
        f"SELECT {columns}, e.key, CASE WHEN e.key IN ({holders}) THEN 'null' ELSE {value} END, "
        f"COUNT(*) FROM ({inner}) t, {source} GROUP BY {groups}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*texts, *params])
        return list(cursor.fetchall())
