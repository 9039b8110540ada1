"""Pages of threads: posting without JavaScript, more comments, one's own comments."""

from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cx_feedback.comments import selectors
from cx_feedback.comments.missing_comments import PAGE, get_missing_comment_error
from cx_feedback.comments.models import Comment
from cx_feedback.comments.objections.own_refusals import OwnRefusal, get_own_refusals
from cx_feedback.comments.rendering import reader_state, thread_renderer
from cx_feedback.comments.submission import comment_creation
from cx_feedback.comments.submission.author import get_actor
from cx_feedback.comments.views.confirmation_views import render_challenge_page, respond_to_comment
from cx_feedback.core.errors import Closed, FeedbackError, Gone
from cx_feedback.core.http.error_statuses_and_headers import get_status
from cx_feedback.core.http.form_posts import error_page, public_form
from cx_feedback.core.http.parameters import parse_id, parse_page_id, read_page_id
from cx_feedback.core.http.proof_of_work import ChallengeRequired
from cx_feedback.core.pages.page_access import find_page, get_page
from cx_feedback.core.text import languages
from cx_feedback.readers import tombstones
from cx_feedback.readers.identity.reader_cookie import CHANGEABLE, set_reader_cookie

_Own = TypeVar("_Own", reader_state.OwnComment, OwnRefusal)


@public_form()
def post_comment(request: HttpRequest) -> HttpResponseBase:
    """Store a comment and redirect to its page, or show the form again with the entered text.

    With the field ``preview`` nothing is stored: the form shows how the text will look.
    """
    page_id = read_page_id(request.POST)
    try:
        if "preview" in request.POST:
            html = comment_creation.preview_comment(request, request.POST, page_id)
            return _render_form(request, page_id, preview_html=mark_safe(html))
        posted = comment_creation.create_comment(request, request.POST, page_id)
    except ChallengeRequired as asked:
        return render_challenge_page(request, asked)
    except FeedbackError as error:
        if isinstance(error, (Gone, Closed)):
            cx_page = find_page(page_id, request)
            back_url = cx_page.get_url(request) if cx_page else ""
            return error_page(request, error, back_url=back_url)
        return _render_form(request, page_id, error=error, status=get_status(error))
    response = respond_to_comment(request, posted, page_id)
    return set_reader_cookie(request, response, posted.reader_to_remember, seconds=CHANGEABLE)


def _render_form(
    request: HttpRequest, page_id: int | None, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Show the form with what was entered, below a preview or an error."""
    cx_page = find_page(page_id, request)
    context |= {
        "values": request.POST,
        "cx_page": cx_page,
        "cx_page_id": page_id,
        "parent": _find_parent(request.POST.get("parent", ""), cx_page),
        **thread_renderer.get_form_context(thread_renderer.get_page_thread(cx_page).rules),
    }
    return render(request, "cx_feedback/comments/post_page.html", context, status=status)


@require_GET
@never_cache
def show_own_comments(request: HttpRequest) -> HttpResponse:
    """Show the comments that the reader or account can still change. Never cached."""
    number, actor = parse_page_id(request.GET.get("page", "")), get_actor(request)
    with use_language(request):
        context = {
            "comments": _filter_visible(reader_state.get_own_comments(actor), request),
            "refused": _filter_visible(get_own_refusals(actor), request),
            "cx_page": find_page(number, request),
        }
        return render(request, "cx_feedback/comments/own_comments.html", context)


@require_GET
def show_thread(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show the part of a page's thread after the cursor ``after``, in one of three orders."""
    cx_page = get_page_or_404(page_id, request)
    order = request.GET.get("order", "")
    order = order if order in selectors.ORDERS else selectors.NEWEST
    with use_language(request):
        page_thread = thread_renderer.get_page_thread(cx_page)
        after = request.GET.get("after", "")
        part = selectors.get_thread_part(thread=page_thread.thread, order=order, after=after)
        context = {**thread_renderer.get_thread_context(page_thread, part, order), "after": after}
        return render_public(request, "cx_feedback/comments/page.html", context, cx_page)


@require_GET
def show_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Show one comment with its replies, part by part."""
    found, cx_page = get_comment_or_404(comment_id, request)
    above = found.parent_id
    parent = Comment.objects.visible().filter(pk=above).first() if above else None
    with use_language(request):
        page_thread = thread_renderer.get_page_thread(cx_page)
        part = selectors.get_replies_part(comment=found, after=request.GET.get("after", ""))
        context = {
            **thread_renderer.get_thread_context(page_thread, part),
            "comment": found,
            "parent": parent,
        }
        return render_public(request, "cx_feedback/comments/comment_page.html", context, cx_page)


@require_GET
def show_reply_form(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Show the form to reply to a comment."""
    parent, cx_page = get_comment_or_404(comment_id, request)
    page_thread = thread_renderer.get_page_thread(cx_page)
    if not parent.is_published:
        raise get_missing_comment_error(parent, comment_id, request)
    if page_thread.closed:
        raise Http404
    with use_language(request):
        form = thread_renderer.get_form_context(page_thread.rules)
        context = {"parent": parent, "cx_page_id": cx_page.pk, **form}
        return render_public(request, "cx_feedback/comments/post_page.html", context, cx_page)


def render_public(
    request: HttpRequest, template: str, context: dict[str, Any], page: Any
) -> HttpResponse:
    """Render a page that is the same for everybody. Restricted pages are never cached.

    A page may become private at any time, and no purge covers all of these URLs, so front-end
    caches have to revalidate.
    """
    response = render(request, template, {**context, "cx_page": page})
    if page.cx_restricted:
        add_never_cache_headers(response)
    else:
        patch_cache_control(response, public=True, no_cache=True, max_age=0)
    return response


def use_language(request: HttpRequest) -> Any:
    """Return a context manager for the language of ``lang``, else of the request."""
    lang = languages.get_site_language(request.GET.get("lang")) or languages.get_current_language()
    return translation.override(lang)


def _find_parent(value: str, cx_page: Any) -> Comment | None:
    """Return the published comment of ``cx_page`` that is replied to, None if there is none."""
    pk = parse_id(value)
    if cx_page is None or pk is None:
        return None
    return Comment.objects.published().filter(pk=pk, thread__page=cx_page.pk).first()


def _filter_visible(found: list[_Own], request: HttpRequest) -> list[_Own]:
    pages = {each.comment.thread.page_id for each in found}
    visible = {pk for pk in pages if find_page(pk, request)}
    return [each for each in found if each.comment.thread.page_id in visible]


def get_comment_or_404(comment_id: int, request: HttpRequest) -> tuple[Comment, Any]:
    """Return a comment with a place in its thread, and its page. Raises an error if not visible."""
    rows = Comment.objects.select_related("thread")
    found = rows.filter(pk=comment_id).first() if comment_id < 2**63 else None
    cx_page = find_page(found.thread.page_id, request) if found else None
    if found is None or cx_page is None or not (found.is_published or found.replies):
        raise get_missing_comment_error(found, comment_id, request)
    return found, cx_page


def get_page_or_404(page_id: int, request: HttpRequest) -> Any:
    """Return the live page if ``request`` may see it. Raises Gone for one that was public."""
    if page_id >= 2**31:
        raise Http404
    try:
        return get_page(page_id, request)
    except Gone:
        raise
    except FeedbackError:
        raise tombstones.get_missing_error(kind=PAGE, key=page_id) from None
