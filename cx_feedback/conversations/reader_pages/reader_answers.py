"""Answers of readers behind the link in a mail, by the plain form and over REST alike."""

from typing import Any

from django.http import HttpRequest

from cx_feedback.conversations import services
from cx_feedback.conversations.models import Conversation
from cx_feedback.readers.acts.idempotent_actions import run_once
from cx_feedback.readers.models import Reader


def send_reader_answer(
    request: HttpRequest, conversation: Conversation, text: str, *, is_form: bool
) -> None:
    """Store what a reader wrote in a conversation, once. Raises InvalidInput naming ``text``."""

    def store() -> tuple[Any, Reader]:
        services.answer_by_reader(conversation_id=conversation.pk, text=text)
        return {}, conversation.reader

    run_once(request, ["answer by reader", conversation.pk, text], store, is_form=is_form)
