"""Plain form posts of the reader's consent."""

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from cx_feedback.core.forms import back_to_page, page_id_of, public_form
from cx_feedback.core.pages import require_page
from cx_feedback.readers import services
from cx_feedback.readers.identity import reader_for_act, reader_of, remember
from cx_feedback.readers.models import Consent
from cx_feedback.readers.wording import visits_wording


@public_form()
def consent(request: HttpRequest) -> HttpResponseBase:
    """Agree (``agree=yes``) or withdraw (``agree=no``), then back to the page."""
    page_id = require_page(page_id_of(request), request)
    if request.POST.get("agree") == "yes":
        reader = reader_for_act(request)
        if reader is not None:
            services.give_consent(
                reader=reader,
                purpose=Consent.VISITS,
                wording=visits_wording(),
                page_id=page_id,
                how="form",
            )
            services.count_day(reader=reader, day=timezone.localdate())
        anchor = "cx-consent-given"
    else:
        reader = reader_of(request)
        if reader is not None:
            services.withdraw_consent(reader=reader, purpose=Consent.VISITS)
        anchor = "cx-consent-withdrawn"
    return remember(request, back_to_page(request, page_id, anchor), reader)
