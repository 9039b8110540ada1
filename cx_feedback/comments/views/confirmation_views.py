"""Pages after a form post: challenge, redirect and email verification."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment, State
from cx_feedback.comments.submission import verification_mail
from cx_feedback.comments.submission.comment_input import WITHOUT_SCRIPT
from cx_feedback.core import conf
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.errors import FeedbackError, NotFound
from cx_feedback.core.http import proof_of_work
from cx_feedback.core.http.cross_site import RequestSource, get_request_source, refuse_cross_site
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import error_page, redirect_to_page
from cx_feedback.core.http.referrers import hide_referrer
from cx_feedback.core.pages.page_access import find_page
from cx_feedback.core.text import languages
from cx_feedback.readers.identity.reader_cookie import CHANGEABLE, set_reader_cookie


def render_challenge_page(
    request: HttpRequest, asked: proof_of_work.ChallengeRequired
) -> HttpResponse:
    """Show the comment while the browser solves a challenge, with a button if it cannot."""
    left_out = (proof_of_work.FIELD, WITHOUT_SCRIPT)
    posted = [
        (name, value) for name, value in _get_posted_pairs(request.POST) if name not in left_out
    ]
    context = {
        "here": request.get_full_path(),
        "posted": posted,
        "challenge_json": json.dumps(asked.challenge),
        "error": asked,
        "text": request.POST.get("text", ""),
        "field": proof_of_work.FIELD,
        "without_script": WITHOUT_SCRIPT,
    }
    return render(request, "cx_feedback/comments/challenge.html", context, status=get_status(asked))


def _get_posted_pairs(posted: QueryDict) -> list[tuple[str, str]]:
    return [(name, str(posted[name])) for name in posted]


def respond_to_comment(
    request: HttpRequest, posted: services.StoredComment, page_id: int | None
) -> HttpResponse:
    """Redirect to the comment on its page, or to the notice that it waits."""
    comment = posted.comment
    if comment.state == State.AWAITING:
        context = {"proof_days": conf.get("COMMENTS_PROOF_DAYS")}
        return render(request, "cx_feedback/comments/check_inbox.html", context)
    anchor = "cx-comment-checking" if posted.checking else "cx-comment-thanks"
    if comment.state == State.PUBLISHED:
        anchor = f"cx-comment-{comment.pk}"
    return redirect_to_page(request, page_id, anchor)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@cache.in_place_of_the_sites()
def verify_email(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows a button, because email scanners follow links. POST verifies the address."""
    try:
        pk, key = verification_mail.read_token(token)
        comment = _get_comment(pk, key)
        with translation.override(comment.language or translation.get_language()):
            if request.method != "POST" and comment.state == State.AWAITING:
                return _render_verification_page(request, comment)
            if request.method == "POST":
                refuse_cross_site(request)
            verified = (
                services.verify_email(comment_id=pk, key=key) if request.method == "POST" else None
            )
            response = _render_verification_page(
                request, comment, verified=verified or _get_earlier_result(comment)
            )
            # Only the first verification sets the cookie, so that an old link gives no access.
            if verified and verified.is_new and get_request_source(request) is RequestSource.OWN:
                set_reader_cookie(request, response, verified.reader, seconds=CHANGEABLE)
            return response
    except FeedbackError as error:
        return error_page(request, error)


def _get_comment(pk: int, key: str) -> Comment:
    rows = Comment.objects.select_related("thread__page", "reader")
    found = rows.filter(pk=pk).exclude(reader=None).first()
    if found is None or not verification_mail.is_recipient(key, found.author_email):
        raise NotFound
    return found


def _get_earlier_result(comment: Comment) -> services.VerificationResult:
    """Return the result of an earlier verification. Opening the link again changes nothing."""
    assert comment.reader is not None
    return services.VerificationResult(comment, comment.reader)


def _render_verification_page(
    request: HttpRequest, comment: Comment, **context: Any
) -> HttpResponse:
    local, _sign, domain = comment.author_email.rpartition("@")
    context |= {
        "here": request.get_full_path(),
        "comment": comment,
        "cx_page": find_page(comment.thread.page_id, request),
        "cx_lang": languages.get_current_language(),
        # Recognizable to its owner, but not readable by others.
        "address": f"{local[:1]}…@{domain}",
    }
    return hide_referrer(render(request, "cx_feedback/comments/verify_email.html", context))
