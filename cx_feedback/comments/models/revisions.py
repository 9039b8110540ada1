"""The texts that a comment has had.

A comment that was never edited has no rows here: its own row has the text. The first edit stores
both texts.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models.comments import Comment
from cx_feedback.comments.models.states import Markup


class CommentRevision(models.Model):
    """One text of a comment, by its author or, with ``by_site``, by a moderator."""

    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, related_name="revisions", db_index=False
    )
    #: 1 is the text that was posted.
    number = models.PositiveIntegerField(pgettext_lazy("comment", "number"))
    text = models.TextField(pgettext_lazy("comment", "text"), blank=True)
    markup = models.CharField(
        max_length=4, choices=Markup.choices, default=Markup.TEXT, editable=False
    )
    html = models.TextField(blank=True, editable=False)
    by_site = models.BooleanField(pgettext_lazy("comment", "by the site"), default=False)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("comment", "moderator"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(
        pgettext_lazy("comment", "written"), default=timezone.now, editable=False
    )
    #: Since when a later text is shown, or this edit is refused; None while it is shown or waits.
    replaced_at = models.DateTimeField(null=True, editable=False)
    #: The findings of the scorers about this text, and their sum.
    spam_findings = models.JSONField(default=list, blank=True, editable=False)
    spam_score = models.FloatField(null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("comment", "revision")
        verbose_name_plural = pgettext_lazy("comment", "revisions")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["comment", "number"], name="cx_comment_revision")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["replaced_at"],
                condition=models.Q(replaced_at__isnull=False),
                name="cx_revision_replaced",
            )
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}/{self.number}"
