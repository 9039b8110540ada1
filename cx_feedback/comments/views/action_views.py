"""Views to vote, report, edit and delete without JavaScript: form posts answered by 303."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cx_feedback.comments import selectors, services
from cx_feedback.comments.missing_comments import get_missing_comment_error
from cx_feedback.comments.models import Comment, Flag
from cx_feedback.comments.submission.author import get_actor, set_reader_cookie
from cx_feedback.comments.views import reader_actions
from cx_feedback.comments.views.thread_views import (
    get_comment_or_404,
    get_page_or_404,
    render_public,
    use_language,
)
from cx_feedback.core import conf
from cx_feedback.core.errors import FeedbackError, NotFound
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import public_form, redirect_to_page
from cx_feedback.core.pages.page_access import find_page

_GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@public_form()
def cast_vote(request: HttpRequest, comment_id: int) -> HttpResponseBase:
    """Vote, or remove the present vote, and redirect back to the comment.

    A form with an idempotency key comes from the script, which sends the resulting vote.
    """
    toggle = "idempotency_key" not in request.POST
    acted = reader_actions.cast_vote(request, comment_id, request.POST, is_form=True, toggle=toggle)
    return set_reader_cookie(
        request, _redirect_back(request, acted.page_id, comment_id), acted.actor
    )


@csrf_exempt
@_GET_OR_POST
def flag_comment(request: HttpRequest, comment_id: int) -> HttpResponseBase:
    """Show the form to report a comment; POST stores the report."""
    if request.method == "POST":
        return _post_flag(request, comment_id=comment_id)
    found, cx_page = get_comment_or_404(comment_id, request)
    if not found.is_published:
        raise get_missing_comment_error(found, comment_id, request)
    with use_language(request):
        context = {"comment": found, "reasons": Flag.Reason.choices, "values": {}}
        return render_public(request, "cx_feedback/comments/flag.html", context, cx_page)


@public_form()
def _post_flag(request: HttpRequest, comment_id: int) -> HttpResponseBase:
    try:
        acted = reader_actions.flag_comment(request, comment_id, request.POST, is_form=True)
    except FeedbackError as error:
        found, cx_page = get_comment_or_404(comment_id, request)
        context = {
            "comment": found,
            "cx_page": cx_page,
            "reasons": Flag.Reason.choices,
            "values": request.POST,
            "error": error,
        }
        return render(request, "cx_feedback/comments/flag.html", context, status=get_status(error))
    response = redirect_to_page(request, acted.page_id, "cx-flag-thanks")
    return set_reader_cookie(request, response, acted.actor)


@csrf_exempt
@never_cache
@_GET_OR_POST
def edit_comment(request: HttpRequest, comment_id: int) -> HttpResponseBase:
    """Show the form to edit one's own comment; POST stores the new text."""
    if request.method == "POST":
        return _post_edit(request, comment_id=comment_id)
    return _render_own_comment(request, comment_id, "edit")


@public_form()
def _post_edit(request: HttpRequest, comment_id: int) -> HttpResponseBase:
    try:
        if "preview" in request.POST:
            html = reader_actions.preview_edit(request, comment_id, request.POST)
            return _render_edit(request, comment_id, preview_html=mark_safe(html))
        acted = reader_actions.edit_comment(request, comment_id, request.POST)
    except NotFound:
        raise  # with what was written: see core.forms.error_page
    except FeedbackError as error:
        return _render_edit(request, comment_id, error=error, status=get_status(error))
    return _redirect_to_own_comments(acted.page_id)


def _render_edit(
    request: HttpRequest, comment_id: int, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Show the form with what was entered, below a preview or an error."""
    own = selectors.get_own_comment(comment_id=comment_id, actor=get_actor(request))
    context |= {
        "comment_id": comment_id,
        "cx_page": find_page(own.thread.page_id, request) if own else None,
        "text": request.POST.get("text", ""),
        "text_limit": conf.get("COMMENTS_LENGTH"),
    }
    return render(request, "cx_feedback/comments/edit.html", context, status=status)


@csrf_exempt
@never_cache
@_GET_OR_POST
def delete_comment(request: HttpRequest, comment_id: int) -> HttpResponseBase:
    """Ask for confirmation; POST deletes one's own comment."""
    if request.method == "POST":
        return _post_delete(request, comment_id=comment_id)
    return _render_own_comment(request, comment_id, "delete")


@public_form()
def _post_delete(request: HttpRequest, comment_id: int) -> HttpResponseBase:
    return _redirect_to_own_comments(reader_actions.delete_comment(request, comment_id).page_id)


def _render_own_comment(request: HttpRequest, comment_id: int, name: str) -> HttpResponse:
    own = selectors.get_own_comment(comment_id=comment_id, actor=get_actor(request))
    if own is None:
        known = Comment.objects.select_related("thread").filter(pk=comment_id).first()
        raise get_missing_comment_error(known, comment_id, request)
    with use_language(request):
        context: dict[str, Any] = {
            "comment": own,
            "comment_id": comment_id,
            "text": services.get_latest_text(own),
            "cx_page": get_page_or_404(own.thread.page_id, request),
            "text_limit": conf.get("COMMENTS_LENGTH"),
        }
        return render(request, f"cx_feedback/comments/{name}.html", context)


def _redirect_to_own_comments(page_id: int) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('cx_feedback:comments-mine')}?page={page_id}")
    response.status_code = 303
    return response


def _redirect_back(request: HttpRequest, page_id: int, comment_id: int) -> HttpResponse:
    """Redirect to the page with the button: the article or the comment's own page."""
    here = reverse("cx_feedback:comments-post").removesuffix("post/")
    if here in request.headers.get("Referer", ""):
        url = reverse("cx_feedback:comment", args=[comment_id])
        response = HttpResponseRedirect(f"{url}#cx-comment-{comment_id}")
        response.status_code = 303
        return response
    return redirect_to_page(request, page_id, f"cx-comment-{comment_id}")
