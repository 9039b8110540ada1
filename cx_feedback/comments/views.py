"""The pages of this room: posting without scripts, more of a thread, one's own waiting words."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cx_feedback.comments import intake, rendering, selectors
from cx_feedback.comments.models import Comment
from cx_feedback.core import languages
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.forms import back_to_page, page_id_of, public_form
from cx_feedback.core.pages import get_page
from cx_feedback.readers.identity import reader_of, remember


@public_form()
def post(request: HttpRequest) -> HttpResponseBase:
    """Take a comment, then back to its page at the thanks; or the form again, words kept."""
    page_id = page_id_of(request)
    try:
        posted = intake.take(request, request.POST, page_id)
    except FeedbackError as error:
        context = {
            "error": error,
            "values": request.POST,
            "cx_page": _page_or_none(page_id, request),
            "cx_page_id": page_id,
            "parent": _published(request.POST.get("parent", "")),
            **rendering.form_context(),
        }
        return render(request, "cx_feedback/comments/post.html", context, status=error.status)
    response = back_to_page(request, page_id, "cx-comment-thanks")
    return remember(request, response, posted.reader)


@require_GET
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """Show the reader's own comments that wait, found by the cookie and never cached."""
    page_id = request.GET.get("page", "")
    number = int(page_id) if page_id.isascii() and page_id.isdigit() and len(page_id) < 10 else None
    reader = reader_of(request)
    with _language(request):
        context = {
            "comments": selectors.waiting_of(reader=reader) if reader else [],
            "cx_page": _page_or_none(number, request),
        }
        return render(request, "cx_feedback/comments/mine.html", context)


@require_GET
def page(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show more of a page's thread: the part after ``after``."""
    cx_page = _page_or_404(page_id, request)
    order = selectors.OLDEST if request.GET.get("order") == "oldest" else selectors.NEWEST
    with _language(request):
        context = rendering.thread_context(page_id, order=order, after=request.GET.get("after", ""))
        return _shown(request, "cx_feedback/comments/page.html", context, cx_page)


@require_GET
def comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Show one comment of the first level with all that was answered, window by window."""
    root, cx_page = _visible_or_404(comment_id, request)
    if root.root_id:
        root = Comment.objects.select_related("thread").get(pk=root.root_id)
    part = selectors.below(root=root, after=request.GET.get("after", ""))
    with _language(request):
        context = {"part": part, "root": root, "cx_page_id": cx_page.pk}
        return _shown(request, "cx_feedback/comments/comment.html", context, cx_page)


@require_GET
def reply(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Show the form below the comment that it answers."""
    parent, cx_page = _visible_or_404(comment_id, request)
    if not parent.is_published or parent.thread.closed:
        raise Http404
    with _language(request):
        context = {"parent": parent, "cx_page_id": cx_page.pk, **rendering.form_context()}
        return _shown(request, "cx_feedback/comments/post.html", context, cx_page)


def _shown(request: HttpRequest, template: str, context: dict[str, Any], page: Any) -> HttpResponse:
    """Render what is anyone's; what belongs to a restricted page is kept out of caches."""
    response = render(request, template, {**context, "cx_page": page})
    if page.get_view_restrictions():
        add_never_cache_headers(response)
    return response


def _language(request: HttpRequest) -> Any:
    """Return a context in the language that ``lang`` names, else the request's."""
    lang = languages.known(request.GET.get("lang")) or translation.get_language()
    return translation.override(lang)


def _published(value: str) -> Comment | None:
    known = value.isascii() and value.isdigit() and len(value) < 19
    return Comment.objects.published().filter(pk=int(value)).first() if known else None


def _visible_or_404(comment_id: int, request: HttpRequest) -> tuple[Comment, Any]:
    rows = Comment.objects.visible().select_related("thread")
    found = rows.filter(pk=comment_id).first() if comment_id < 2**63 else None
    if found is None:
        raise Http404
    return found, _page_or_404(found.thread.page_id, request)


def _page_or_404(page_id: int, request: HttpRequest) -> Any:
    found = _page_or_none(page_id, request)
    if found is None:
        raise Http404
    return found


def _page_or_none(page_id: int | None, request: HttpRequest) -> Any:
    try:
        return get_page(page_id, request) if page_id and page_id < 2**31 else None
    except FeedbackError:
        return None
