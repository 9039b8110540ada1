"""The reader's pages. A GET changes nothing: mail scanners follow links."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cx_feedback.core.errors import FeedbackError, NotFound
from cx_feedback.core.forms import back_to_page, error_page, page_id_of, public_form
from cx_feedback.core.origin import Source, refuse_cross_site, source_of
from cx_feedback.core.pages import require_page
from cx_feedback.newsletter import links, requests, services
from cx_feedback.newsletter.models import Subscription
from cx_feedback.newsletter.presentation import form_context
from cx_feedback.readers.identity import reader_of, remember

State = Subscription.State


@public_form(scope="mail")
def subscribe(request: HttpRequest) -> HttpResponseBase:
    """Ask for a list, then back to the page; what is wrong comes with the reader's words."""
    page_id = page_id_of(request)
    try:
        require_page(page_id, request)
        wish = requests.read(request.POST)
        if not wish.is_trap:
            services.subscribe(
                email=wish.email,
                list_id=wish.list_id,
                name=wish.name,
                language=wish.language,
                page_id=page_id,
                how="form",
            )
    except FeedbackError as error:
        context = form_context(request.POST.get("list"), page_id, ask_name="name" in request.POST)
        return render(
            request,
            "cx_feedback/newsletter/subscribe_page.html",
            {**context, "error": error, "values": request.POST},
            status=error.status,
        )
    if page_id is None:
        return render(request, "cx_feedback/newsletter/asked.html")
    return back_to_page(request, page_id, "cx-subscribe-thanks")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET: a page with a button. POST, from that page: confirm."""
    try:
        row = _subscription(links.read_confirm(token))
        with translation.override(row.language or None):
            if request.method == "POST":
                refuse_cross_site(request)
                row = services.confirm(subscription_id=row.pk, reader=reader_of(request))
            response = _page(request, "confirm", row)
            if request.method == "POST" and source_of(request) is Source.OWN:
                remember(request, response, row.reader)
            return response
    except FeedbackError as error:
        return error_page(request, error)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET: a page with a button. POST: unsubscribe, by the button or by RFC 8058.

    The signed link is all that is asked for: the servers of mailbox providers post without
    cookies, origin or token, and many from one address, so nothing here counts or compares them.
    """
    try:
        row = _subscription(links.read_unsubscribe(token))
        if request.method == "POST":
            row = services.unsubscribe(subscription_id=row.pk)
        with translation.override(row.language or None):
            return _page(request, "unsubscribe", row)
    except FeedbackError as error:
        return error_page(request, error)


def _subscription(subscription_id: int) -> Subscription:
    found = Subscription.objects.select_related("mailing_list").filter(pk=subscription_id).first()
    if found is None:
        raise NotFound(_("This subscription does not exist any more."))
    return found


def _page(request: HttpRequest, name: str, row: Subscription) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "list_name": row.mailing_list.name,
        "address": masked(row.email),
        "done": row.state == (State.CONFIRMED if name == "confirm" else State.UNSUBSCRIBED),
        "ended": row.state == State.UNSUBSCRIBED,
    }
    response = render(request, f"cx_feedback/newsletter/{name}.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def masked(email: str) -> str:
    """Return an address that its owner knows again and a stranger does not learn."""
    local, _sign, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
