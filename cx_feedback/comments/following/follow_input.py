"""Create follows from requests, for the form and for REST."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from rest_framework import serializers

from cx_feedback.comments import services
from cx_feedback.comments.missing_comments import require_known_page
from cx_feedback.comments.submission.author import get_actor
from cx_feedback.comments.submission.comment_input import HONEYPOT, CommentNumberField
from cx_feedback.core.api.serializers import InputSerializer, PageField, TextField
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text import languages


class _AddressField(TextField, serializers.EmailField):
    """An address, whose form the service checks (``core.text.email_addresses``)."""

    default_error_messages = {"invalid": pgettext_lazy("comment", "This must be text.")}


class FollowSerializer(InputSerializer):
    """A request to follow the comments on a page, or the replies to one comment."""

    page = PageField()
    email = _AddressField()
    comment = CommentNumberField(required=False)


def create_follow(request: HttpRequest, data: Mapping[str, Any], page_id: int | None) -> None:
    """Check and store the follow in ``data`` (``email``, ``comment``), or raise a FeedbackError."""
    if page_id is None:
        raise InvalidInput(fields={"page": [_("The page is required.")]})
    require_known_page(page_id, request)
    asked = FollowSerializer.read(data)
    if data.get(HONEYPOT):
        return  # a bot, which gets the usual response
    services.following.request_follow(
        page_id=page_id,
        email=asked["email"],
        comment_id=asked["comment"],
        actor=get_actor(request),
        language=languages.get_current_language(),
    )
