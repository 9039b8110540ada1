"""Create follows from requests, for the form and for REST."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from cx_feedback.comments import services
from cx_feedback.comments.missing_comments import require_known_page
from cx_feedback.comments.submission.author import get_actor
from cx_feedback.comments.submission.comment_input import HONEYPOT
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import LARGEST_ID, parse_number


def create_follow(request: HttpRequest, data: Mapping[str, Any], page_id: int | None) -> None:
    """Check and store the follow in ``data`` (``email``, ``comment``), or raise a FeedbackError."""
    if page_id is None:
        raise InvalidInput(fields={"page": [_("The page is required.")]})
    require_known_page(page_id, request)
    email, comment = data.get("email") or "", data.get("comment")
    if not isinstance(email, str):
        raise InvalidInput(fields={"email": [pgettext("comment", "This must be text.")]})
    if data.get(HONEYPOT):
        return  # a bot, which gets the usual response
    services.following.request_follow(
        page_id=page_id,
        email=email,
        comment_id=_read_comment_id(comment),
        actor=get_actor(request),
        language=get_language() or "",
    )


def _read_comment_id(value: Any) -> int | None:
    if value in (None, ""):
        return None
    comment_id = parse_number(value, 1, LARGEST_ID)
    if comment_id is None:
        raise InvalidInput(fields={"comment": [_("Must be a comment's number.")]})
    return comment_id
