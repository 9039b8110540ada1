"""Requests for a guide, by the form and over REST."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cx_feedback.core.pages.sites import get_site_id
from cx_feedback.newsletter.guides import services, signed_links
from cx_feedback.newsletter.subscribing import subscription_input
from cx_feedback.newsletter.subscribing.signup_protection import require_proof_of_work


@dataclass(frozen=True)
class GuideRequest:
    """A document, where to send it, and the page of the form."""

    document_id: int
    signup: subscription_input.SubscriptionRequest
    page_id: int | None


# The name of this class is that of the schema.
class GuideIn(subscription_input.SignupInput):
    guide = subscription_input.SignupTextField(help_text="The key in the form of the guide.")
    list = subscription_input.IdField(
        required=False, help_text="ID of a list to subscribe to, if the reader asked for it."
    )


def read_guide_request(data: Mapping[str, Any], page_id: int | None) -> GuideRequest:
    """Return the request in a form or a JSON body; raises InvalidInput naming the field."""
    values = GuideIn.read(data)
    signup = subscription_input.read_subscription_request(data)
    document_id = signed_links.read_form_key(values["guide"])
    return GuideRequest(document_id, signup, page_id)


def send_requested_guide(
    request: HttpRequest, data: Mapping[str, Any], guide_request: GuideRequest
) -> None:
    """Mail the link, except to programs that fill in every field.

    Raises ChallengeRequired, InvalidInput naming ``email`` or ``list``, and Gone.
    """
    signup, page_id = guide_request.signup, guide_request.page_id
    if signup.is_trap:
        return
    require_proof_of_work(request, data, signup.email)
    services.send_guide(
        email=signup.email,
        document_id=guide_request.document_id,
        language=signup.language,
        consent=_get_consent(signup, page_id),
        page_id=page_id,
        site_id=None if page_id else get_site_id(request),
    )


def _get_consent(
    signup: subscription_input.SubscriptionRequest, page_id: int | None
) -> services.GuideConsent | None:
    if not signup.list_ids:
        return None
    return services.GuideConsent(signup.list_ids[0], signup.time_zone, page_id)
