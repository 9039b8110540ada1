"""Asking for a guide by a plain form, and fetching it by the link of the mail."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cx_feedback.core.errors import FeedbackError, Gone, InvalidInput
from cx_feedback.core.http import challenge
from cx_feedback.core.http.forms import (
    back_to_page,
    error_page,
    page_id_of,
    public_form,
)
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.pages.page_access import require_page
from cx_feedback.core.pages.sites import get_site_id
from cx_feedback.newsletter.guides import links, services
from cx_feedback.newsletter.guides.form_context import form_context
from cx_feedback.newsletter.models import MailingList
from cx_feedback.newsletter.subscribing import subscription_input
from cx_feedback.newsletter.subscribing.form_context import without_referrer
from cx_feedback.newsletter.subscribing.proof_of_work import admit
from cx_feedback.newsletter.views.subscription_views import challenge_page


@public_form(scope="mail")
def ask(request: HttpRequest) -> HttpResponseBase:
    """Send the guide's link to the address, then back to the page; the same for every address."""
    page_id = page_id_of(request)
    try:
        require_page(page_id, request)
        document_id = links.read_form(subscription_input.text_in(request.POST, "guide"))
        wish = subscription_input.read(request.POST)
        if not wish.is_trap:
            admit(request, request.POST, wish.email)
            services.send_guide(
                email=wish.email,
                document_id=document_id,
                language=wish.language,
                consent=_consent(wish, page_id),
                page_id=page_id,
                site_id=None if page_id else get_site_id(request),
            )
    except challenge.ChallengeAsked as asked:
        return challenge_page(request, asked)
    except InvalidInput as error:
        return _form_again(request, page_id, error)
    if page_id is None:
        return render(request, "cx_feedback/newsletter/guide_asked.html")
    return back_to_page(request, page_id, f"cx-guide-{document_id}-thanks")


def _consent(wish: subscription_input.Wish, page_id: int | None) -> services.Consent | None:
    if not wish.list_ids:
        return None
    return services.Consent(wish.list_ids[0], wish.time_zone, page_id)


def _form_again(request: HttpRequest, page_id: int | None, error: InvalidInput) -> HttpResponseBase:
    """Show the form with what was written, and what is wrong with it."""
    try:
        document = services.document_of(links.read_form(request.POST.get("guide", "")))
    except FeedbackError:
        return error_page(request, error)
    offered = request.POST.get("offered", "")
    found = MailingList.objects.filter(pk=parse_id(offered)).first()
    context = {**form_context(document, found, page_id, request.POST), "error": error}
    return render(request, "cx_feedback/newsletter/guide_page.html", context, status=error.status)


@never_cache
@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """Hand out the document; whoever has the link has read the mail. Changes nothing."""
    try:
        document = services.document_of(links.read_download(token))
        return without_referrer(_file(document))
    except FeedbackError as error:
        return without_referrer(error_page(request, error))


def _file(document: Any) -> FileResponse:
    try:
        opened = document.file.open("rb")
    except OSError:
        raise Gone(_("This guide is no longer available.")) from None
    name = document.filename
    response = FileResponse(opened, as_attachment=True, filename=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
