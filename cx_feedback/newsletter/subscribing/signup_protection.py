"""Proof of work for sign-ups from network addresses that send many."""

from typing import Any

from django.http import HttpRequest

from cx_feedback.core.http import proof_of_work
from cx_feedback.core.http.client_address import get_client_hash
from cx_feedback.core.http.throttles import count_request
from cx_feedback.core.people.token_grants import get_grant
from cx_feedback.newsletter.permissions import SIGN_UP_READERS
from cx_feedback.newsletter.subscribing import subscription_input


def require_proof_of_work(request: HttpRequest, data: Any, email: str) -> None:
    """Require a proof of work for a sign-up above the rate "signup" of its network address.

    A program with a token for it needs none. Works the same for known and unknown email
    addresses. Raises ChallengeRequired, or InvalidInput naming ``challenge`` for a solution that
    is wrong, expired or already used.
    """
    if get_grant(request) and SIGN_UP_READERS.is_granted_to(request.user):
        return
    about = f"subscribe\n{email.strip().lower()}"
    if solution := subscription_input.get_text(data, proof_of_work.FIELD):
        proof_of_work.spend_solution(solution, about=about)
        return
    count, limit = count_request("signup", get_client_hash(request))
    if count > limit:
        raise proof_of_work.ChallengeRequired(about)
