"""The page of a decision, with its reason and the form to object. It works without JavaScript."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cx_feedback.comments import services
from cx_feedback.comments.models import OBJECTION_LENGTH, ModerationEvent
from cx_feedback.comments.objections.objection_links import read_objection_token
from cx_feedback.comments.objections.own_refusals import build_refusals
from cx_feedback.comments.services.objections import get_closed_message, get_refusal
from cx_feedback.comments.submission.author import get_actor
from cx_feedback.core.errors import FeedbackError, NotFound
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import error_page, public_form
from cx_feedback.core.http.referrers import hide_referrer
from cx_feedback.core.pages.page_access import find_page
from cx_feedback.core.text import languages


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_objection(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a decision to the author of the comment; POST stores the objection.

    The signed link is sufficient, since the mail may be read in another browser. The words of the
    comment are shown only to its author.
    """
    if request.method == "POST":
        return _post_objection(request, token=token)
    try:
        event = get_refusal(read_objection_token(token))
    except FeedbackError as error:
        return error_page(request, error)
    return _render_refusal(request, event)


@public_form()
def _post_objection(request: HttpRequest, token: str) -> HttpResponseBase:
    event_id = read_objection_token(token)
    try:
        services.object_to_refusal(event_id=event_id, text=request.POST.get("text", ""))
    except NotFound:
        raise
    except FeedbackError as error:
        values = {"error": error, "text": request.POST.get("text", "")}
        return _render_refusal(request, get_refusal(event_id), status=get_status(error), **values)
    response = HttpResponseRedirect(f"{request.path}#cx-objection-stored")
    response.status_code = 303
    return response


def _render_refusal(
    request: HttpRequest, event: ModerationEvent, *, status: int = 200, **context: Any
) -> HttpResponse:
    comment = event.comment
    [refusal] = build_refusals([event])
    language = languages.get_site_language(comment.language) or languages.get_current_language()
    with translation.override(language):
        context |= {
            "refusal": refusal,
            "comment": comment,
            "shows_text": get_actor(request).is_author_of(comment),
            "closed": get_closed_message(event),
            "here": request.path,
            "cx_page": find_page(comment.thread.page_id, request),
            "cx_lang": language,
            "text_limit": OBJECTION_LENGTH,
        }
        response = render(request, "cx_feedback/comments/objection.html", context, status=status)
    return hide_referrer(response)
