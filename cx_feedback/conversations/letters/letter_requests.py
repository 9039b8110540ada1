"""Letters from requests, by the plain form and over REST alike."""

from collections.abc import Mapping
from dataclasses import asdict
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
    """Store a letter once, unless a bot filled in the trap; return its reader for the cookie.

    A request without an origin writes as a reader of its own. Raises ChallengeRequired, and
    InvalidInput naming ``challenge``.
    """
    if letter_input.is_trapped(data):
        return None
    writers: list[Reader] = []

    def store() -> tuple[Any, Reader]:
        _require_proof_of_work(request, data, letter)
        reader = get_or_create_reader(request, letter.language)
        reader = reader or readers.create_reader(language=letter.language)
        writers.append(reader)
        store_letter(letter=letter, reader=reader, client_hash=get_client_hash(request))
        return {}, reader

    run_once(request, ["letter", asdict(letter)], store, is_form=is_form)
    return writers[0] if writers else None


def _require_proof_of_work(request: HttpRequest, data: Mapping[str, Any], letter: Letter) -> None:
    """Require a proof of work above the rate "letter" of the network address."""
    about = f"letter\n{letter.email}\n{letter.text}"
    if solution := letter_input.get_solution(data):
        proof_of_work.spend_solution(solution, about=about)
        return
    count, limit = count_request("letter", get_client_hash(request))
    if count > limit:
        raise proof_of_work.ChallengeRequired(about)
