"""Responses by the million, folded: a few hundred patterns of answers, multiplied by SQL.

``check`` holds what SQL tallies against what ``fold_responses`` tallies of the same rows.
"""

import random
from typing import Any

from benchmarks import ten

PATTERNS, DAYS, PAGES, LANGUAGES = 200, 365, 40, ("en", "es")

_RESPONSES = """
INSERT INTO cx_feedback_surveys_response (survey_id, version_id, page_id, language, answers,
    created_at, state, folded, idempotency_key, seconds, hidden_fields)
SELECT %(survey)s, %(version)s, 1000 + n %% %(pages)s, (%(languages)s::text[])[1 + n %% 2],
    p.answers, now() - n %% %(days)s * interval '1 day', 'counted', true, '', 20 + n %% 300,
    '{}'::jsonb
FROM generate_series(1, %(number)s) n
JOIN bench_patterns p ON p.id = (n * 7919::bigint) %% %(patterns)s
"""
_TALLIES = """
INSERT INTO cx_feedback_surveys_tally (survey_id, part, question, value, count)
WITH grouped AS (
    SELECT p.id, parts.part, count(*) AS times
    FROM cx_feedback_surveys_response r
    JOIN bench_patterns p ON p.answers = r.answers,
    LATERAL (VALUES (''), ('day:' || (r.created_at AT TIME ZONE %(zone)s)::date),
        ('page:' || r.page_id), ('lang:' || r.language)) AS parts (part)
    WHERE r.survey_id = %(survey)s GROUP BY 1, 2
)
SELECT %(survey)s, part, question, value, sum(times)
FROM grouped JOIN bench_keys USING (id) GROUP BY part, question, value
UNION ALL SELECT %(survey)s, '', '~seconds', seconds::text, count(*)
FROM cx_feedback_surveys_response WHERE survey_id = %(survey)s GROUP BY seconds
UNION ALL SELECT %(survey)s, 'page:' || page_id, '~language', language, count(*)
FROM cx_feedback_surveys_response WHERE survey_id = %(survey)s GROUP BY page_id, language
"""


def load(survey: Any, number: int) -> None:
    """Give ``survey`` (of ``ten``) ``number`` folded responses of the last year."""
    from django.conf import settings
    from django.db import connection, transaction

    from cx_feedback.surveys.models import SurveyVersion

    version = SurveyVersion.objects.get(survey=survey, current=True)
    given = {
        "survey": survey.pk,
        "version": version.pk,
        "number": number,
        "patterns": PATTERNS,
        "pages": PAGES,
        "days": DAYS,
        "languages": list(LANGUAGES),
        "zone": settings.TIME_ZONE,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        _patterns(cursor, version)
        cursor.execute(_RESPONSES, given)
        cursor.execute(_TALLIES, given)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cx_feedback_surveys_response, cx_feedback_surveys_tally")


def _patterns(cursor: Any, version: Any) -> None:
    """Write patterns of answers and what each counts under into temporary tables."""
    from psycopg.types.json import Jsonb

    from cx_feedback.surveys import questions
    from cx_feedback.surveys.questions.definitions import Definition

    definition = Definition.from_json(version.definition)
    cursor.execute("CREATE TEMP TABLE bench_patterns (id int, answers jsonb) ON COMMIT DROP")
    cursor.execute(
        "CREATE TEMP TABLE bench_keys (id int, question text, value text) ON COMMIT DROP"
    )
    chance = random.Random(8)
    for number in range(PATTERNS):
        answers = questions.clean_answers(definition, _answers(chance, number))
        cursor.execute("INSERT INTO bench_patterns VALUES (%s, %s)", [number, Jsonb(answers)])
        keys = sorted(set(questions.iterate_counted_values(definition, answers)))
        cursor.executemany(
            "INSERT INTO bench_keys VALUES (%s, %s, %s)", [(number, *k) for k in keys]
        )


def _answers(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "found": chance.choice(ten.CHOICES),
        "topics": chance.sample(ten.CHOICES, chance.randint(1, 3)),
        "device": chance.choice(ten.CHOICES),
        "clear": chance.randint(1, 5),
        "recommend": chance.randint(0, 10),
        "age": chance.randint(15, 80),
        "city": f"City {number}",
        "why": " ".join(["It says what others leave out,"] * chance.randint(1, 8)),
        "address": f"reader{number}@example.org",
        "since": f"20{chance.randint(10, 25)}-0{chance.randint(1, 9)}-15",
    }


def check(survey: Any) -> None:
    """Fold the responses of ``survey`` afresh: every tally must be what ``load`` made of it."""
    from cx_feedback.surveys.models import Response, Tally
    from cx_feedback.surveys.results.tally_folding import fold_responses

    mine = Tally.objects.filter(survey=survey)
    by_sql = set(mine.values_list("part", "question", "value", "count"))
    mine.delete()
    Response.objects.filter(survey=survey).update(folded=False)
    fold_responses()
    assert by_sql == set(mine.values_list("part", "question", "value", "count"))
