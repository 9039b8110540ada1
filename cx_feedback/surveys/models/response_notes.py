"""Tags and notes that editors attach to responses."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.models.responses import Response
from cx_feedback.surveys.models.surveys import Survey


def _build_response_key(related_name: str) -> Any:
    """Return a foreign key to the response, which ``services.response_deletion`` looks after.

    With CASCADE, Django would fetch every response of a survey that is deleted.
    """
    return models.ForeignKey(Response, on_delete=models.DO_NOTHING, related_name=related_name)


class ResponseTag(models.Model):
    """A tag of a response. A survey's tags are the different names of these rows."""

    LONGEST = 40

    response = _build_response_key("tags")
    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    name = models.CharField(pgettext_lazy("survey", "tag"), max_length=LONGEST)

    class Meta:
        verbose_name = pgettext_lazy("survey", "tag of a response")
        verbose_name_plural = pgettext_lazy("survey", "tags of responses")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("response", Lower("name"), name="cx_response_tag_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["survey", "name"], name="cx_response_tag_name")
        ]

    def __str__(self) -> str:
        return self.name


class ResponseNote(models.Model):
    """A note of an editor about a response, for other editors."""

    LONGEST = 4_000

    response = _build_response_key("notes")
    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(pgettext_lazy("survey", "note"), max_length=LONGEST)
    created_at = models.DateTimeField(pgettext_lazy("survey", "written at"), default=timezone.now)
    edited_at = models.DateTimeField(pgettext_lazy("survey", "edited at"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("survey", "note on a response")
        verbose_name_plural = pgettext_lazy("survey", "notes on responses")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.response_id} {self.created_at:%Y-%m-%d %H:%M}"
