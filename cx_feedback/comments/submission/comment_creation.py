"""From a request to a stored comment, the same for the form and for REST."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cx_feedback.comments import services
from cx_feedback.comments.missing_comments import require_known_page
from cx_feedback.comments.submission import comment_input
from cx_feedback.comments.submission.author import Author, get_author, get_or_create_actor
from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers import services as readers


def create_comment(
    request: HttpRequest, data: Mapping[str, Any], page_id: int | None
) -> services.StoredComment:
    """Check and store what ``data`` says; raises a FeedbackError and then leaves nothing."""
    if page_id is None:
        raise InvalidInput(fields={"page": [_("The page is required.")]})
    require_known_page(page_id, request)
    author = get_author(request, page_id)
    draft = comment_input.parse_comment(
        data,
        page_id=page_id,
        language=get_language() or "",
        idempotency_key=_get_idempotency_key(request, data),
        author=author,
    )
    return services.store_comment(
        draft=draft, author=author, reader=_get_reader_source(request, author)
    )


def _get_idempotency_key(request: HttpRequest, data: Mapping[str, Any]) -> str:
    """Return the idempotency key; a form posted after a lost answer brings it as a field."""
    return request.headers.get("Idempotency-Key") or str(data.get("idempotency_key") or "")


def _get_reader_source(request: HttpRequest, author: Author) -> services.ReaderSource:
    """Return the reader who acts, a new one at the first act."""
    if author.reader is not None or not author.has_browser:
        return author.reader
    if author.user_id is None:
        # Stored together with the comment.
        return readers.build_reader(language=get_language() or "")
    return lambda: get_or_create_actor(request).reader
