"""Answers to comments in the screen of a conversation: on the page, by mail, or both."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cx_feedback.conversations import services
from cx_feedback.conversations.models import Conversation, ConversationMessage
from cx_feedback.conversations.services.changes import TEXT_LENGTH
from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.http.parameters import parse_id
from cx_feedback.core.people.account_names import public_name
from cx_feedback.core.rooms.comment_replies import CommentOnPage, describe_comments
from cx_feedback.core.text.text_cleaning import clean_text

MAIL, PAGE, BOTH = "mail", "page", "both"


@dataclass(frozen=True)
class ChosenChannel:
    """Where an answer goes: below a comment of the page, by mail, or both."""

    on_page: services.PageReply | None = None
    by_mail: bool = True


@dataclass(frozen=True)
class CommentOption:
    """A comment of the conversation that can be answered on the page."""

    value: str
    excerpt: str
    is_chosen: bool


def attach_comments(thread: list[Any], user: Any) -> None:
    """Set ``on_page`` and ``new_text`` of messages that are comments, or are also replies.

    ``on_page`` is what is known of the comment now, None if it is gone. ``new_text`` is what a
    question says by now if it was edited, otherwise "".
    """
    ids = [message.comment_id for message in thread if message.comment_id]
    described = describe_comments(ids, user)
    for message in thread:
        found = described.get(message.comment_id or 0)
        message.on_page = found
        message.new_text = _find_new_text(message, found) if found else ""


def _find_new_text(message: Any, found: CommentOnPage) -> str:
    if message.direction != ConversationMessage.Direction.FROM_READER or not message.text:
        return ""
    now = clean_text(found.text[:TEXT_LENGTH])
    return "" if now == message.text else now


def build_channel_context(
    conversation: Conversation, thread: list[Any], request: HttpRequest
) -> dict[str, Any]:
    """Return the choice of the form of an answer; nothing is to choose without a comment.

    The newest comment is chosen first, and the mail: nothing is published by accident. Without an
    address there is only the page.
    """
    asked = [
        message
        for message in reversed(thread)
        if message.comment_id and message.direction == ConversationMessage.Direction.FROM_READER
    ]
    answerable = [message for message in asked if message.on_page and message.on_page.can_reply]
    chosen = request.POST.get("comment", "").partition(":")[0]
    options = [
        CommentOption(
            f"{message.comment_id}:{message.on_page.seen}",
            " ".join(message.text.split())[:60],
            str(message.comment_id) == chosen,
        )
        for message in answerable
    ]
    refusals = [message.on_page.refusal for message in asked if message.on_page]
    return {
        "comment_options": options,
        "page_refusal": "" if options else next(iter(refusals), ""),
        "asks_name": bool(options) and not public_name(request.user),
        "channels": _list_channels(has_address=bool(conversation.email)),
        "channel": request.POST.get("channel", MAIL) if conversation.email else PAGE,
    }


def _list_channels(*, has_address: bool) -> list[tuple[str, str]]:
    page = (PAGE, pgettext("conversation", "On the page"))
    if not has_address:
        return [page]
    mail = (MAIL, pgettext("conversation", "By mail"))
    return [mail, page, (BOTH, pgettext("conversation", "Both"))]


def read_channel(request: HttpRequest) -> ChosenChannel:
    """Return where the form sends an answer; raises InvalidInput naming ``channel``."""
    channel = request.POST.get("channel", MAIL)
    if channel not in (MAIL, PAGE, BOTH):
        raise InvalidInput(fields={"channel": [_("Choose where the answer goes.")]})
    if channel == MAIL:
        return ChosenChannel()
    pk, _colon, seen = request.POST.get("comment", "").partition(":")
    reply = services.PageReply(parse_id(pk) or 0, seen, request.POST.get("name", ""))
    return ChosenChannel(reply, by_mail=channel == BOTH)


def describe_sent(message: ConversationMessage) -> str:
    """Return what an editor is told of a stored answer."""
    if message.message_id and message.comment_id:
        return _("The answer is on the page, and on its way by mail.")
    if message.message_id:
        return _("The answer is on its way.")
    if not message.by_mail or (message.comment_id and not message.conversation.email):
        return _("The answer is on the page.")
    if not message.conversation.email:
        return _("The answer is stored. It isn't mailed: the reader has left no address.")
    if message.comment_id:
        return _("The answer is on the page. It is mailed once the reader has proved the address.")
    return _("The answer is stored. It is mailed once the reader has proved the address.")
