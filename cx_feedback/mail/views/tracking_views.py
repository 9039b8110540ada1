"""Views that count the links and the tracking pixel in messages."""

from base64 import b64decode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cx_feedback.core import conf
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.http.form_posts import error_page
from cx_feedback.mail import services
from cx_feedback.mail.messages import tracked_links
from cx_feedback.mail.models import MailReport
from cx_feedback.mail.selectors import is_plausible_reference
from cx_feedback.readers.identity.tracking_refusal import refuses_tracking

_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@never_cache
@require_safe
@cache.in_place_of_the_sites()
def track_click(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """Redirect to the linked page of this site, and count the click.

    Nothing about the visitor is stored. Requests with ``Sec-GPC`` and HEAD requests aren't counted,
    but all of them show that the email has arrived.
    """
    try:
        url = tracked_links.read_click_token(token)
        if not is_plausible_reference(reference):
            raise tracked_links.build_link_error()
    except FeedbackError as error:
        return error_page(request, error)
    if _may_count(request):
        services.record_reader_event(reference=reference, kind=MailReport.Kind.CLICKED, url=url)
    else:
        services.record_arrival(reference=reference)
    response = HttpResponseRedirect(url)
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_safe
@cache.in_place_of_the_sites()
def track_open(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the tracking pixel and count the open, if the site counts opens."""
    if conf.get("MAIL_COUNT_OPENS") and _may_count(request):
        services.record_reader_event(reference=reference, kind=MailReport.Kind.OPENED)
    else:
        services.record_arrival(reference=reference)
    return HttpResponse(_PIXEL, content_type="image/gif")


def _may_count(request: HttpRequest) -> bool:
    return request.method == "GET" and not refuses_tracking(request)
