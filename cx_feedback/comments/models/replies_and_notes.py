"""Saved replies, and moderators' notes on authors."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models.comments import Comment
from cx_feedback.core.text.placeholders import validate_placeholders

#: Characters of a saved reply, and of a note.
SAVED_REPLY_LENGTH, NOTE_LENGTH = 2000, 500
PLACEHOLDERS = ("author", "page", "link", "moderator", "site")


class SavedReply(models.Model):
    """A reply that moderators insert, with placeholders for the comment that they reply to."""

    title = models.CharField(pgettext_lazy("comment", "title"), max_length=80, unique=True)
    text = models.TextField(
        pgettext_lazy("comment", "text"),
        max_length=SAVED_REPLY_LENGTH,
        help_text=_(
            "{author}: the author's name, {page}: the title of the page, {link}: the address of "
            "the comment, {moderator}: your name, {site}: the name of the site."
        ),
    )

    class Meta:
        verbose_name = _("saved reply")
        verbose_name_plural = _("saved replies")
        ordering: ClassVar[list[str]] = ["title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        try:
            validate_placeholders(self.text or "", PLACEHOLDERS)
        except ValidationError as error:
            raise ValidationError({"text": error}) from None


class AuthorNote(models.Model):
    """A moderator's note on an author, shown beside the author's comments in the queue.

    The author is an ``author_key``, or a reader without an address or account.
    """

    author_key = models.CharField(max_length=32, blank=True, default="", editable=False)
    reader = models.ForeignKey(
        "cx_feedback_readers.Reader", null=True, on_delete=models.CASCADE, related_name="+"
    )
    #: The comment at which it was written, for the sections of moderators.
    comment = models.ForeignKey(Comment, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(pgettext_lazy("comment", "note"), max_length=NOTE_LENGTH)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("comment", "moderator"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(pgettext_lazy("comment", "date"), default=timezone.now)

    class Meta:
        verbose_name = _("note on an author")
        verbose_name_plural = _("notes on authors")
        default_permissions = ("add", "delete", "view")
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["author_key"], condition=~models.Q(author_key=""), name="cx_note_author"
            )
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~models.Q(author_key="") | models.Q(reader__isnull=False),
                name="cx_note_of_somebody",
            )
        ]

    def __str__(self) -> str:
        # No words, because audit logs are kept after an erasure.
        return f"{self._meta.verbose_name} {self.pk or 0}"
