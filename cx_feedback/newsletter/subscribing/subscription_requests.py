"""Requests for subscriptions, by form and by REST alike."""

from typing import Any

from django.http import HttpRequest

from cx_feedback.core.pages.sites import get_site_id
from cx_feedback.newsletter import services
from cx_feedback.newsletter.subscribing.signup_protection import require_proof_of_work
from cx_feedback.newsletter.subscribing.subscription_input import SubscriptionRequest


def store_subscription_request(
    request: HttpRequest,
    data: Any,
    signup: SubscriptionRequest,
    *,
    page_id: int | None,
    source: str,
) -> None:
    """Ask the address to confirm, unless a bot filled in the trap.

    Raises ChallengeRequired, and InvalidInput that names the field.
    """
    if signup.is_trap:
        return
    require_proof_of_work(request, data, signup.email)
    services.subscribe(
        email=signup.email,
        list_ids=signup.list_ids,
        topic_ids=signup.topic_ids,
        name=signup.name,
        language=signup.language,
        time_zone=signup.time_zone,
        page_id=page_id,
        site_id=None if page_id else get_site_id(request),
        source=source,
    )
