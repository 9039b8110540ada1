import base64
import json

import pytest
from altcha import Challenge, Payload, solve_challenge
from django.utils import timezone

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http import proof_of_work
from cx_feedback.core.http.problem_documents import build_problem


def solved(about="my words"):
    asked = Challenge.from_dict(proof_of_work.issue_challenge(about))
    return Payload(asked, solve_challenge(asked)).to_base64()


@pytest.fixture(autouse=True)
def _cheap(settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "CHALLENGE_COST": 100}


def changed(solution, **parameters):
    data = json.loads(base64.b64decode(solution))
    data["challenge"]["parameters"] |= parameters
    return base64.b64encode(json.dumps(data).encode()).decode()


def test_a_solution_is_spent_once():
    solution = solved()
    assert proof_of_work.spend_solution(solution, about="my words")
    with pytest.raises(InvalidInput) as caught:
        proof_of_work.spend_solution(solution, about="my words")
    assert "already been used" in caught.value.fields[proof_of_work.FIELD][0]


def test_a_solution_holds_for_its_words_only():
    solution = solved()
    with pytest.raises(InvalidInput):
        proof_of_work.spend_solution(solution, about="other words")
    # What was refused is not spent.
    assert proof_of_work.spend_solution(solution, about="my words")


def test_a_solution_grows_old(monkeypatch):
    solution = solved()
    later = timezone.now().timestamp() + proof_of_work.HOLDS + 1
    monkeypatch.setattr("time.time", lambda: later)
    with pytest.raises(InvalidInput):
        proof_of_work.spend_solution(solution, about="my words")


@pytest.mark.parametrize(
    "solution",
    [
        "",
        "no base64!",
        "e30=",
        base64.b64encode(b'{"challenge": {"parameters": []}}').decode(),
        base64.b64encode(b"[" * 2000).decode(),
        "A" * 5000,
        None,
        7,
    ],
)
def test_what_is_no_solution_is_refused_by_name(solution):
    with pytest.raises(InvalidInput) as caught:
        proof_of_work.spend_solution(solution, about="my words")
    assert list(caught.value.fields) == [proof_of_work.FIELD]


def test_an_easier_challenge_of_ones_own_is_refused():
    for parameters in ({"cost": 1}, {"keyPrefix": ""}, {"expiresAt": 2**40}, {"data": {}}):
        with pytest.raises(InvalidInput):
            proof_of_work.spend_solution(changed(solved(), **parameters), about="my words")


def test_the_problem_brings_the_challenge_and_its_solver():
    problem = build_problem(proof_of_work.ChallengeRequired("my words"))
    assert problem["status"] == 428
    assert problem["challenge"]["parameters"]["algorithm"] == "PBKDF2/SHA-256"
    assert problem["solver"].endswith("challenge.js")
