"""Views to follow without JavaScript. GET changes nothing, because email scanners follow links."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cx_feedback.comments import services
from cx_feedback.comments.following import follow_input, signed_links
from cx_feedback.comments.models import Comment, Follow
from cx_feedback.comments.submission.author import get_actor
from cx_feedback.comments.views.thread_views import get_page_or_404, render_public, use_language
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError, NotFound
from cx_feedback.core.http.cross_site import refuse_cross_site
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import (
    error_page,
    public_form,
    redirect_to_page,
)
from cx_feedback.core.http.parameters import parse_id, parse_page_id, read_page_id
from cx_feedback.core.http.referrers import hide_referrer
from cx_feedback.core.pages.page_access import find_page

_GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@_GET_OR_POST
def follow_thread(request: HttpRequest) -> HttpResponseBase:
    """Show the form for an address; POST sends the opt-in email."""
    if request.method == "POST":
        return _post_follow(request)
    cx_page = get_page_or_404(parse_page_id(request.GET.get("page", "")) or 0, request)
    with use_language(request):
        comment = _get_comment(request.GET.get("comment", ""), cx_page)
        context: dict[str, Any] = {"comment": comment, "values": {}}
        return render_public(request, "cx_feedback/comments/follow.html", context, cx_page)


@public_form(scope="mail")
def _post_follow(request: HttpRequest) -> HttpResponseBase:
    page_id = read_page_id(request.POST)
    try:
        follow_input.create_follow(request, request.POST, page_id)
    except FeedbackError as error:
        cx_page = find_page(page_id, request)
        context = {
            "cx_page": cx_page,
            "comment": _get_comment(request.POST.get("comment", ""), cx_page),
            "error": error,
            "values": request.POST,
        }
        return render(
            request, "cx_feedback/comments/follow.html", context, status=get_status(error)
        )
    return redirect_to_page(request, page_id, "cx-follow-thanks")


@csrf_exempt
@never_cache
@_GET_OR_POST
@cache.in_place_of_the_sites()
def confirm_follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows a button; POST from that page confirms the follow."""
    try:
        follow_id, asked = signed_links.read_confirm_token(token)
        row = _get_follow(follow_id)
        with translation.override(row.language or translation.get_language()):
            if request.method == "POST":
                refuse_cross_site(request)
                row = services.following.confirm_follow(
                    follow_id=follow_id, asked=asked, actor=get_actor(request)
                )
            return _render_follow_page(request, "follow_confirm", row)
    except FeedbackError as error:
        return error_page(request, error)


@csrf_exempt
@never_cache
@_GET_OR_POST
@cache.in_place_of_the_sites()
def end_follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows a button; POST ends the follow, by the button or by RFC 8058.

    The signed link is sufficient. Mailbox providers post without cookies, origin or token, and
    many from one address, so these requests are neither counted nor compared.
    """
    try:
        row = _get_follow(signed_links.read_end_token(token))
        if request.method == "POST":
            row = services.following.end_follow(follow_id=row.pk) or row
        with translation.override(row.language or translation.get_language()):
            return _render_follow_page(request, "follow_end", row)
    except FeedbackError as error:
        return error_page(request, error)


def _get_follow(follow_id: int) -> Follow:
    rows = Follow.objects.select_related("thread__page", "comment")
    found = rows.filter(pk=follow_id).first()
    if found is None:
        raise NotFound
    return found


def _render_follow_page(request: HttpRequest, name: str, row: Follow) -> HttpResponse:
    local, _sign, domain = row.email.rpartition("@")
    cx_page = find_page(row.thread.page_id, request)
    context: dict[str, Any] = {
        "here": request.get_full_path(),
        "row": row,
        "cx_page": cx_page,
        # The link always works, but the title is shown only if the request may see the page.
        "title": cx_page.title if cx_page else _("a page that is not public"),
        "address": f"{local[:1]}…@{domain}",
        "confirmed": row.confirmed_at is not None and row.ended_at is None,
        "ended": row.ended_at is not None,
    }
    return hide_referrer(render(request, f"cx_feedback/comments/{name}.html", context))


def _get_comment(value: str, cx_page: Any) -> Comment | None:
    pk = parse_id(value)
    if pk is None or cx_page is None:
        return None
    found = Comment.objects.published().filter(pk=pk, thread__page=cx_page.pk).first()
    if found is None:
        raise Http404
    return found
