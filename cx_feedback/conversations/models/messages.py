"""The messages of conversations, and the links by which readers open them."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.conversations.models.conversations import Conversation

#: The most messages of a conversation that are shown, on a screen, a page or over REST.
MOST_SHOWN = 500


class MessageQuerySet(models.QuerySet["ConversationMessage"]):
    """Filters for messages."""

    def list_newest(self) -> list[Any]:
        """Return the newest messages, at most ``MOST_SHOWN``, in order."""
        return list(self.order_by("-pk")[:MOST_SHOWN])[::-1]


class ConversationMessage(models.Model):
    """A letter of the reader, an answer of the editors, or a note that only editors see."""

    class Direction(models.TextChoices):
        FROM_READER = "in", pgettext_lazy("conversation", "From the reader")
        TO_READER = "out", pgettext_lazy("conversation", "To the reader")
        NOTE = "note", pgettext_lazy("conversation", "Internal note")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    #: Its name in the Message-ID of its mail, the same at every attempt.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    direction = models.CharField(max_length=4, choices=Direction.choices)
    #: The editor who wrote it, None for the reader.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(pgettext_lazy("conversation", "text"))
    created_at = models.DateTimeField(default=timezone.now)
    #: The comment that it is a copy of, or as which an answer was published.
    comment_id = models.PositiveBigIntegerField(null=True, editable=False)
    #: Whether an answer goes to the reader by mail; otherwise it is only on the page.
    by_mail = models.BooleanField(default=True, editable=False)
    #: The Message-ID of its mail with its domain, "" where none was queued.
    message_id = models.CharField(max_length=200, blank=True, default="", editable=False)
    #: Of the request that brought it, so that a repeat stores nothing twice.
    idempotency_key = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("conversation", "message")
        verbose_name_plural = pgettext_lazy("conversation", "messages")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="cx_conversation_message_once",
            ),
            models.CheckConstraint(
                condition=~Q(direction="in") | Q(author__isnull=True),
                name="cx_conversation_message_author",
            ),
            models.CheckConstraint(
                condition=Q(by_mail=True) | Q(direction="out", comment_id__isnull=False),
                name="cx_conversation_message_answers",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["conversation", "id"], name="cx_conversation_message"),
            models.Index(
                fields=["comment_id"],
                condition=Q(comment_id__isnull=False),
                name="cx_message_comment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.created_at:%Y-%m-%d %H:%M}"


class ConversationLink(models.Model):
    """A secret in a mail that opens the conversation for the reader; only its hash is stored.

    ``message`` is the message whose mail it is in, None for a link that was sent anew.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links")
    message = models.ForeignKey(
        ConversationMessage, null=True, on_delete=models.CASCADE, related_name="links"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("conversation", "link to a conversation")
        verbose_name_plural = pgettext_lazy("conversation", "links to conversations")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.created_at:%Y-%m-%d %H:%M}"
