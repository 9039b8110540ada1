"""Objections of authors to moderators' decisions."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models.comments import Comment
from cx_feedback.comments.models.moderation import EDIT, TEXT_DECISIONS, ModerationEvent
from cx_feedback.comments.models.states import State as CommentState

#: Characters of an objection, and of the answer to it.
OBJECTION_LENGTH = 2000


class Objection(models.Model):
    """An author's objection to one decision on their comment. There is one per decision."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("objection", "Open")
        UPHELD = "upheld", pgettext_lazy("objection", "Accepted")
        DISMISSED = "dismissed", pgettext_lazy("objection", "Dismissed")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="objections")
    #: The decision that the author objects to.
    event = models.OneToOneField(
        ModerationEvent, on_delete=models.CASCADE, related_name="objection"
    )
    text = models.TextField(pgettext_lazy("objection", "objection"), max_length=OBJECTION_LENGTH)
    state = models.CharField(
        pgettext_lazy("comment", "state"), max_length=12, choices=State.choices, default=State.OPEN
    )
    #: What the moderator wrote to the author.
    answer = models.TextField(
        pgettext_lazy("objection", "answer"), blank=True, default="", max_length=OBJECTION_LENGTH
    )
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("comment", "moderator"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    #: Whether the moderator who refused the comment decided too, because nobody else could.
    decided_alone = models.BooleanField(default=False)
    #: The batch of the decision that settled the objection, so that the action can be undone.
    batch = models.UUIDField(null=True, db_index=True, editable=False)
    created_at = models.DateTimeField(pgettext_lazy("comment", "date"), default=timezone.now)
    decided_at = models.DateTimeField(pgettext_lazy("comment", "decided at"), null=True)

    class Meta:
        verbose_name = pgettext_lazy("objection", "objection")
        verbose_name_plural = pgettext_lazy("objection", "objections")
        default_permissions = ()
        ordering: ClassVar[list[Any]] = ["pk"]

    def __str__(self) -> str:
        # No words, because audit logs are kept after an erasure.
        return f"{self._meta.verbose_name} {self.pk or 0}"

    @property
    def is_about_text(self) -> bool:
        """True if the decision was about one text of the comment, not about all of it."""
        return self.event.action in TEXT_DECISIONS

    @property
    def is_restored(self) -> bool:
        """True if the objection was accepted and readers see what it was about."""
        if self.state != self.State.UPHELD or self.comment.state != CommentState.PUBLISHED:
            return False
        shown = self.comment.revision
        if self.event.action == EDIT:
            # The site's text has a higher number than all that the author had written.
            return shown <= (self.event.revision or 0)
        return not self.is_about_text or shown == self.event.revision
