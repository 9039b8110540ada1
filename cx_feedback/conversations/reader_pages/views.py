"""Views behind the links in mails. GET changes nothing, because email scanners follow links."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cx_feedback.conversations import services
from cx_feedback.conversations.mails import conversation_mails
from cx_feedback.conversations.mails.conversation_links import OpenedLink, read_link
from cx_feedback.conversations.models import Conversation, ConversationMessage
from cx_feedback.conversations.reader_pages.reader_answers import send_reader_answer
from cx_feedback.conversations.services import address_proofs, answer_delivery, reader_erasure
from cx_feedback.conversations.services.changes import TEXT_LENGTH
from cx_feedback.core import conf
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError, NotFound
from cx_feedback.core.http.body_limit import refuse_large
from cx_feedback.core.http.cross_site import RequestSource, get_request_source, refuse_cross_site
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import error_page
from cx_feedback.core.http.parameters import parse_number
from cx_feedback.core.http.referrers import hide_referrer
from cx_feedback.core.http.submitted_text import get_submitted_fields
from cx_feedback.core.http.throttles import throttle_request
from cx_feedback.core.pages.page_access import find_page
from cx_feedback.core.text import languages
from cx_feedback.readers.identity.reader_cookie import set_reader_cookie

_PAGE = "cx_feedback/conversations/conversation.html"


def _mail_link_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a view behind a link in a mail: never cached, its errors as pages."""

    def wrapped(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            if request.method == "POST":
                refuse_large(request)
                refuse_cross_site(request)
                throttle_request(request)
            return hide_referrer(view(request, token))
        except FeedbackError as error:
            return hide_referrer(error_page(request, error))

    guarded = cache.in_place_of_the_sites()(wrapped)
    return csrf_exempt(never_cache(require_http_methods(["GET", "HEAD", "POST"])(guarded)))


@_mail_link_page
def show_conversation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a conversation to its reader; POST answers, rates, closes or erases it.

    An expired link shows nothing of it, and can only ask for a new one.
    """
    opened = read_link(token)
    language = opened.conversation.language or languages.get_current_language()
    with translation.override(language):
        if not opened.is_valid:
            return _offer_new_link(request, opened)
        if request.method != "POST":
            return _render_conversation(request, opened.conversation, token)
        action = _ACTIONS.get(request.POST.get("do", ""))
        if action is None:
            raise NotFound
        try:
            return action(request, opened.conversation)
        except FeedbackError as error:
            return _render_conversation(request, opened.conversation, token, error=error)


@_mail_link_page
def prove_address(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a button; POST proves that the address of a letter is its owner's."""
    pk, key = conversation_mails.read_proof_token(token)
    conversation = Conversation.objects.select_related("page").filter(pk=pk).first()
    if conversation is None or conversation_mails.get_address_key(conversation.email) != key:
        raise NotFound
    with translation.override(conversation.language or translation.get_language()):
        context: dict[str, Any] = {
            "here": request.get_full_path(),
            "address": _shorten_address(conversation.email),
            "proved": conversation.verified,
            "cx_page": find_page(conversation.page_id, request),
        }
        proof = None
        if request.method == "POST":
            proof = address_proofs.prove_address(conversation_id=pk, key=key)
            context["proved"] = True
        response = render(request, "cx_feedback/conversations/proof.html", context)
        # Only the first proof sets the cookie, so that an old link gives no access.
        if proof and proof.is_new and get_request_source(request) is RequestSource.OWN:
            set_reader_cookie(request, response, proof.reader)
        return response


def _offer_new_link(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    asked = request.method == "POST" and request.POST.get("do") == "link"
    if asked:
        answer_delivery.send_new_link(conversation=opened.conversation)
    context = {
        "here": request.get_full_path(),
        "asked": asked,
        "days": conf.get("CONVERSATIONS_LINK_DAYS"),
        "words": [] if asked else get_submitted_fields(request.POST),
    }
    return render(request, "cx_feedback/conversations/expired_link.html", context)


def _render_conversation(
    request: HttpRequest,
    conversation: Conversation,
    token: str,
    *,
    error: FeedbackError | None = None,
) -> HttpResponse:
    notes = ConversationMessage.Direction.NOTE
    context = {
        "here": request.get_full_path(),
        "api_url": reverse("cx_feedback:api-conversation-own", args=[token]),
        "conversation": conversation,
        "messages_": conversation.messages.exclude(direction=notes).list_newest(),
        "is_closed": conversation.state == Conversation.State.CLOSED,
        "cx_page": find_page(conversation.page_id, request),
        "cx_lang": languages.get_current_language(),
        "ratings": range(1, 8),
        "text_limit": TEXT_LENGTH,
        "error": error,
        "values": request.POST if error else {},
    }
    return render(request, _PAGE, context, status=get_status(error) if error else 200)


def _answer(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    send_reader_answer(request, conversation, request.POST.get("text", ""), is_form=True)
    return _go_back(request, "cx-sent")


def _rate(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    rating = parse_number(request.POST.get("rating", ""), 1, 7)
    services.rate_conversation(conversation_id=conversation.pk, rating=rating)
    return _go_back(request, "cx-rated")


def _close(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    services.close_by_reader(conversation_id=conversation.pk)
    return _go_back(request, "cx-closed")


def _erase(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    if request.POST.get("sure") != "1":
        return render(
            request, "cx_feedback/conversations/erase.html", {"here": request.get_full_path()}
        )
    reader_erasure.erase_conversation(conversation_id=conversation.pk)
    return render(request, "cx_feedback/conversations/erased.html")


_ACTIONS = {"answer": _answer, "rate": _rate, "close": _close, "erase": _erase}


def _go_back(request: HttpRequest, anchor: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{request.path}#{anchor}")
    response.status_code = 303
    return response


def _shorten_address(email: str) -> str:
    """Return the address, recognizable to its owner and not readable by others."""
    local, _sign, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
