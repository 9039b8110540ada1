"""Answers that editors save to insert them again."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.core.text.placeholders import validate_placeholders

#: Characters of a saved answer.
SAVED_ANSWER_LENGTH = 4000
PLACEHOLDERS = ("reader", "subject", "page", "link", "editor", "site")


class SavedAnswer(models.Model):
    """An answer that editors insert, with placeholders for the conversation that it goes into."""

    title = models.CharField(pgettext_lazy("conversation", "title"), max_length=80, unique=True)
    text = models.TextField(
        pgettext_lazy("conversation", "text"),
        max_length=SAVED_ANSWER_LENGTH,
        help_text=_(
            "{reader}: the reader's name, {subject}: the subject, {page}: the title of the page, "
            "{link}: its address, {editor}: your name, {site}: the name of the site. What isn't "
            "known stays in braces."
        ),
    )

    class Meta:
        verbose_name = pgettext_lazy("conversation", "saved answer")
        verbose_name_plural = pgettext_lazy("conversation", "saved answers")
        ordering: ClassVar[list[str]] = ["title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Raise ValidationError for placeholders that there are not."""
        try:
            validate_placeholders(self.text or "", PLACEHOLDERS)
        except ValidationError as error:
            raise ValidationError({"text": error}) from None
