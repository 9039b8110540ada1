"""Create comments from requests, for the plain form and for REST."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cx_feedback.comments import services
from cx_feedback.comments.missing_comments import require_known_page
from cx_feedback.comments.submission import comment_input
from cx_feedback.comments.submission.author import Author, get_author, get_or_create_actor
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text import languages
from cx_feedback.readers import services as readers


def create_comment(
    request: HttpRequest, data: Mapping[str, Any], page_id: int | None
) -> services.StoredComment:
    """Check the comment in ``data`` and store it, or raise a FeedbackError and store nothing."""
    page_id = _require_page(request, page_id)
    author = get_author(request, page_id)
    draft = comment_input.parse_comment(
        data,
        page_id=page_id,
        language=languages.get_current_language(),
        idempotency_key=_get_idempotency_key(request, data),
        author=author,
    )
    return services.store_comment(
        draft=draft, author=author, reader=_get_reader_source(request, author)
    )


def preview_comment(request: HttpRequest, data: Mapping[str, Any], page_id: int | None) -> str:
    """Return the HTML of the comment in ``data``, or raise a FeedbackError. Stores nothing."""
    return comment_input.parse_preview(data, page_id=_require_page(request, page_id))


def _require_page(request: HttpRequest, page_id: int | None) -> int:
    if page_id is None:
        raise InvalidInput(fields={"page": [_("The page is required.")]})
    return require_known_page(page_id, request)


def _get_idempotency_key(request: HttpRequest, data: Mapping[str, Any]) -> str:
    """Return the idempotency key from the header, or from the field that the script adds."""
    return request.headers.get("Idempotency-Key") or str(data.get("idempotency_key") or "")


def _get_reader_source(request: HttpRequest, author: Author) -> services.ReaderSource:
    """Return the author's reader, or a way to create one; None for a request without a browser."""
    if author.reader is not None or not author.has_browser:
        return author.reader
    if author.user_id is None:
        # Inserted together with the comment.
        return readers.build_reader(language=languages.get_current_language())
    return lambda: get_or_create_actor(request).reader
