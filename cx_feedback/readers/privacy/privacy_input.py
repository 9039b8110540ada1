"""Applying a reader's choice on visits and scoring, for forms and for REST."""

from django.http import HttpRequest

from cx_feedback.core.http.cross_site import require_cookies
from cx_feedback.core.pages import site_time
from cx_feedback.readers import services
from cx_feedback.readers.identity.request_reader import (
    get_or_create_reader,
    get_reader,
)
from cx_feedback.readers.identity.tracking_refusal import refuses_tracking
from cx_feedback.readers.models import Consent, Reader
from cx_feedback.readers.privacy.consent_text import get_objection_wording, get_visits_wording


def apply_choice(
    request: HttpRequest, name: str, value: bool, *, page_id: int | None = None, source: str
) -> Reader | None:
    """Record a choice on "visits" or "scoring"; return the reader, None if there is none.

    Sec-GPC overrides consent, because the browser sends it with every request. A refusal never
    creates a reader. Raises CrossSite for a request whose cookie may not be used.
    """
    require_cookies(request)
    agrees = name == "visits" and value and not refuses_tracking(request)
    reader = get_or_create_reader(request) if agrees else get_reader(request)
    if reader is None:
        return None
    if agrees:
        services.give_consent(
            reader=reader,
            purpose=Consent.VISITS,
            wording=get_visits_wording(),
            page_id=page_id,
            source=source,
        )
        services.count_day(reader=reader, day=site_time.localdate())
    elif name == "visits" and not value:
        services.withdraw_consent(reader=reader, purpose=Consent.VISITS)
    elif name == "scoring" and not value:
        services.object_to_scoring(
            reader=reader, wording=get_objection_wording(), page_id=page_id, source=source
        )
    elif name == "scoring":
        services.withdraw_objection(reader=reader)
    return reader
