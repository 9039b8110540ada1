"""Letters from requests, by the plain form and over REST alike."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.http import HttpRequest

from cx_feedback.conversations.letters import letter_input
from cx_feedback.conversations.services.letters import Letter, store_letter
from cx_feedback.core.http import proof_of_work
from cx_feedback.core.http.client_address import get_client_hash
from cx_feedback.core.http.throttles import count_request
from cx_feedback.readers import services as readers
from cx_feedback.readers.acts.idempotent_actions import run_once
from cx_feedback.readers.identity.request_reader import get_or_create_reader
from cx_feedback.readers.models import Reader


def send_letter(
    request: HttpRequest, data: Mapping[str, Any], letter: Letter, *, is_form: bool
) -> Reader | None:
    """Store a letter once and return its reader for the cookie.

    A request without an origin writes as a reader of its own. What a bot sends, which fills in the
    trap, waits among the spam; above the rate of letters nothing of it is stored. Raises
    ChallengeRequired, and InvalidInput naming ``challenge``.
    """
    letter = replace(letter, trapped=letter_input.is_trapped(data))
    if letter.trapped and _is_above_rate(request):
        return None
    writers: list[Reader] = []

    def store() -> tuple[Any, Reader]:
        if not letter.trapped:
            _require_proof_of_work(request, data, letter)
        reader = get_or_create_reader(request, letter.language)
        reader = reader or readers.create_reader(language=letter.language)
        writers.append(reader)
        store_letter(letter=letter, reader=reader, client_hash=get_client_hash(request))
        return {}, reader

    run_once(request, ["letter", asdict(letter)], store, is_form=is_form)
    return writers[0] if writers else None


def _is_above_rate(request: HttpRequest) -> bool:
    count, limit = count_request("letter", get_client_hash(request))
    return count > limit


def _require_proof_of_work(request: HttpRequest, data: Mapping[str, Any], letter: Letter) -> None:
    """Require a proof of work above the rate "letter" of the network address."""
    about = f"letter\n{letter.email}\n{letter.text}"
    if solution := letter_input.get_solution(data):
        proof_of_work.spend_solution(solution, about=about)
        return
    if _is_above_rate(request):
        raise proof_of_work.ChallengeRequired(about)
