"""From a request to a stored comment, the same for the form and for REST."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cx_feedback.comments import drafts, services
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.pages import require_page
from cx_feedback.readers.identity import reader_for_act


def take(request: HttpRequest, data: Mapping[str, Any], page_id: int | None) -> services.Posted:
    """Check and store what ``data`` says; raises a FeedbackError and then leaves nothing."""
    if page_id is None:
        raise InvalidInput(fields={"page": [_("Say which page this is about.")]})
    require_page(page_id, request)
    draft = drafts.check(
        data,
        page_id=page_id,
        language=get_language() or "",
        idempotency_key=request.headers.get("Idempotency-Key", ""),
    )
    return services.post(draft=draft, reader=lambda: reader_for_act(request))
