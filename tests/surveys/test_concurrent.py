"""Answers, folds and readings of results at once; needs a database with row locks."""

import threading

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response
from cx_feedback.surveys.results.tally_folding import fold_responses
from cx_feedback.surveys.results.value_counts import count_values
from tests.surveys.conftest import GOOD
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE


def test_no_answer_is_lost_counted_twice_or_hidden(survey):
    stop, seen = threading.Event(), []
    all_answered = threading.Barrier(3, action=stop.set, timeout=60)

    def answer():
        for number in range(40):
            answers = {"q-choice": GOOD, "q-scale": 1 + number % 5}
            services.submit_response(survey_id=survey.pk, answers=answers, page_id=1 + number % 3)
        all_answered.wait()

    def folding():
        while not stop.is_set():
            fold_responses(batch=7)

    def reading():
        while not stop.is_set():
            found = count_values(survey_ids=[survey.pk])
            seen.append((found["", "", ""], found["", "q-choice", GOOD]))

    in_threads(answer, answer, answer, folding, folding, reading)
    fold_responses()
    found = count_values(survey_ids=[survey.pk])
    assert found["", "", ""] == found["", "q-choice", GOOD] == 120
    assert not Response.objects.filter(folded=False).exists()
    assert all(whole == chosen for whole, chosen in seen)
    assert [whole for whole, _ in seen] == sorted(whole for whole, _ in seen)


def test_one_key_at_once_stores_one_response(survey):
    stored = []

    def answer():
        stored.append(
            services.submit_response(
                survey_id=survey.pk, answers={"q-choice": GOOD}, idempotency_key="once"
            ).pk
        )

    in_threads(*[answer] * 6)
    assert len(set(stored)) == 1
    assert Response.objects.count() == 1
