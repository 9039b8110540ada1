"""Form posts of the reader's choices."""

from django.http import HttpRequest, HttpResponseBase

from cx_feedback.core.http.form_posts import public_form, redirect_to_page
from cx_feedback.core.http.parameters import read_page_id
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.readers.identity.reader_cookie import renew_reader_cookie
from cx_feedback.readers.identity.tracking_refusal import refuses_tracking
from cx_feedback.readers.privacy.privacy_input import apply_choice

#: (choice, answer) to the anchor of the confirmation.
_SAID = {
    ("visits", True): "cx-consent-given",
    ("visits", False): "cx-consent-withdrawn",
    ("scoring", True): "cx-scoring-allowed",
    ("scoring", False): "cx-scoring-refused",
}


@public_form()
def consent_view(request: HttpRequest) -> HttpResponseBase:
    """Give or withdraw consent (``agree``), or allow or refuse scoring; "yes" or "no"."""
    page_id = require_page(read_page_id(request.POST), request)
    name = "scoring" if "scoring" in request.POST else "visits"
    value = request.POST.get("scoring" if name == "scoring" else "agree") == "yes"
    reader = apply_choice(request, name, value, page_id=page_id, source="form")
    anchor = _SAID[name, value]
    if value and name == "visits" and refuses_tracking(request):
        anchor = "cx-consent-gpc"
    return renew_reader_cookie(request, redirect_to_page(request, page_id, anchor), reader)
