"""Decisions of editors at once with each other, with folds and with answers."""

import random

from cx_feedback.surveys.models import Response
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.services.response_deletion import delete_responses
from cx_feedback.surveys.services.response_states import mark_responses
from tests.surveys.conftest import change, stream
from tests.surveys.responses.acts import NUMBER, STATES, count_rows, counted, give_answer, seen
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE


def test_marks_deletions_folds_and_answers_at_once(survey):
    change(survey, stream(NUMBER))
    for number in range(40):
        give_answer(random.Random(number), survey)
    fold_responses(at_most=20)

    def decide(seed):
        chance = random.Random(seed)
        for _ in range(12):
            rows = list(Response.objects.order_by("pk"))
            some = seen(*chance.sample(rows, 5))
            if chance.random() < 0.75:
                mark_responses(survey=survey, seen=some, state=chance.choice(STATES))
            else:
                delete_responses(survey=survey, seen=dict(list(some.items())[:1]), reason="x")

    def fold():
        for _ in range(15):
            fold_responses(batch=3)

    def answer():
        for number in range(12):
            give_answer(random.Random(100 + number), survey)

    in_threads(lambda: decide(1), lambda: decide(2), lambda: decide(3), fold, fold, answer)
    assert counted(survey) == count_rows(survey)
    fold_responses()
    assert counted(survey) == count_rows(survey)


def test_two_deletions_at_once(survey, answer):
    rows, found = [answer() for _ in range(4)], []
    fold_responses()

    def delete():
        found.append(delete_responses(survey=survey, seen=seen(*rows) or told, reason="twice"))

    told = seen(*rows)
    in_threads(delete, delete, delete)
    assert sorted(len(one.changed) for one in found) == [0, 0, 4]
    assert sorted(len(one.gone) for one in found) == [0, 4, 4]
    assert not counted(survey)
