"""What happens to responses, at random, and their figures counted one by one."""

from collections import Counter

from cx_feedback.surveys import selectors, services
from cx_feedback.surveys.models import Response, Start
from cx_feedback.surveys.results import tally_folding
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.results.value_counts import count_values
from cx_feedback.surveys.services.response_deletion import delete_responses
from cx_feedback.surveys.services.response_states import mark_responses
from tests.surveys.conftest import BAD, GOOD

NUMBER = {"type": "number", "id": "q-number", "value": {"label": "How many?", "step": None}}
STATES = ("counted", "test", "spam")
PARTS = ("", "day:", "page:", "lang:")


def seen(*responses):
    return {r.pk: r.state for r in Response.objects.filter(pk__in=[r.pk for r in responses])}


def count_rows(survey):
    """Count the counted rows one by one, in place of the tallies."""
    versions = selectors.get_definitions({r.version_id for r in Response.objects.all()})
    found = Counter()
    for row in Response.objects.counted().filter(survey=survey):
        keys = tally_folding.get_response_keys(row, versions[row.version_id])
        found.update((part, question, value) for _survey, part, question, value in keys)
    for row in Start.objects.filter(survey=survey):
        found.update(key[1:] for key in tally_folding.get_start_keys(row))
    return found


def counted(survey):
    found = Counter()
    for part in PARTS:
        found += count_values(survey_ids=[survey.pk], part=part)
    return found


def give_answer(chance, survey, reader=None):
    answers = {"q-choice": chance.choice([GOOD, BAD])}
    if chance.random() < 0.5:
        answers["q-scale"] = chance.randint(1, 5)
    if chance.random() < 0.7:
        answers["q-number"] = chance.choice([-1, 1]) * chance.randint(0, 400_000) / 8
    return services.submit_response(
        survey_id=survey.pk,
        answers=answers,
        page_id=chance.choice([None, 1, 2]),
        language=chance.choice(["", "en", "es"]),
        seconds=chance.choice([None, 30, 4000]),
        reader=reader,
    )


def do_anything(chance, survey):
    rows = list(Response.objects.order_by("pk"))
    some = seen(*chance.sample(rows, min(len(rows), chance.randint(1, 4))))
    act = chance.random()
    if act < 0.45 or not rows:
        give_answer(chance, survey)
    elif act < 0.65:
        fold_responses(batch=chance.choice([1, 3, 100]), at_most=chance.choice([1, 5, None]))
    elif act < 0.9:
        mark_responses(survey=survey, seen=some, state=chance.choice(STATES))
    else:
        delete_responses(survey=survey, seen=some, reason="a duplicate")
