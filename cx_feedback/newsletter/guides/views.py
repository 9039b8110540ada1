"""Views to request a guide by a form and to download it by the link in the mail."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cx_feedback.core.errors import FeedbackError, Gone, InvalidInput
from cx_feedback.core.http import proof_of_work
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import (
    error_page,
    public_form,
    redirect_to_page,
)
from cx_feedback.core.http.parameters import parse_id, read_page_id
from cx_feedback.core.http.referrers import hide_referrer
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.newsletter.guides import guide_requests, services, signed_links
from cx_feedback.newsletter.guides.form_context import build_guide_context
from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.views.subscription_views import render_challenge


@public_form(scope="mail")
def request_guide(request: HttpRequest) -> HttpResponseBase:
    """Mail the link to the guide and return to the page, the same for every address."""
    page_id = read_page_id(request.POST)
    try:
        require_page(page_id, request)
        asked_for = guide_requests.read_guide_request(request.POST, page_id)
        guide_requests.send_requested_guide(request, request.POST, asked_for)
    except proof_of_work.ChallengeRequired as asked:
        return render_challenge(request, asked)
    except InvalidInput as error:
        return _show_form_again(request, page_id, error)
    if page_id is None:
        return render(request, "cx_feedback/newsletter/guide_done.html")
    return redirect_to_page(request, page_id, f"cx-guide-{asked_for.document_id}-thanks")


def _show_form_again(
    request: HttpRequest, page_id: int | None, error: InvalidInput
) -> HttpResponseBase:
    """Show the form as it was posted, with the errors."""
    try:
        document = services.get_document(signed_links.read_form_key(request.POST.get("guide", "")))
    except FeedbackError:
        return error_page(request, error)
    offered = request.POST.get("offered", "")
    found = MailingList.objects.filter(pk=parse_id(offered)).first()
    context = {**build_guide_context(document, found, page_id, request.POST), "error": error}
    return render(
        request, "cx_feedback/newsletter/guide_page.html", context, status=get_status(error)
    )


@never_cache
@require_safe
def download_guide(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return the document to anybody with the link from the mail. Changes nothing."""
    try:
        document = services.get_document(signed_links.read_download_link(token))
        return hide_referrer(_build_file_response(document))
    except FeedbackError as error:
        return hide_referrer(error_page(request, error))


def _build_file_response(document: Any) -> FileResponse:
    try:
        opened = document.file.open("rb")
    except OSError:
        raise Gone(_("This guide is no longer available.")) from None
    name = document.filename
    response = FileResponse(opened, as_attachment=True, filename=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
