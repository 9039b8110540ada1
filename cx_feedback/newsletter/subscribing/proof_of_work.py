"""When a sign-up has to show first that no program sends it."""

from typing import Any

from django.http import HttpRequest

from cx_feedback.core.http import challenge
from cx_feedback.core.http.throttles import count_request, get_client_hash
from cx_feedback.newsletter.subscribing import subscription_input


def require_proof_of_work(request: HttpRequest, data: Any, email: str) -> None:
    """Let a sign-up pass; above the rate "signup" of its network address with a proof of work.

    The same for known and unknown addresses. Raises ChallengeAsked, or InvalidInput naming
    ``challenge`` for a solution that is wrong, too old or spent.
    """
    about = f"subscribe\n{email.strip().lower()}"
    if solution := subscription_input.get_text(data, challenge.FIELD):
        challenge.spend_solution(solution, about=about)
        return
    count, limit = count_request("signup", get_client_hash(request))
    if count > limit:
        raise challenge.ChallengeRequired(about)
