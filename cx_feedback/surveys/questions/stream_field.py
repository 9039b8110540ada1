"""The StreamField of questions."""

from typing import Any

from django.db import models
from wagtail.fields import StreamField

from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import quota_field
from cx_feedback.surveys.flow.survey_validation import QuestionsBlock


class QuestionsField(StreamField):
    """A StreamField whose blocks are the registered question types.

    Migrations leave the blocks out: a site that registers a type of its own changes no schema.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        offered = [
            (name, kind.block())
            for name, kind in questions.all_types().items()
            if kind.block is not None
        ]
        super().__init__(QuestionsBlock(offered, required=False), **kwargs)

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs


class QuotasField(models.JSONField):
    """``[{"question": key, "value": choice key, "limit": 100}, …]``, edited in rows."""

    def formfield(self, **kwargs: Any) -> Any:
        return quota_field.QuotasField(
            required=False, label=self.verbose_name, help_text=self.help_text
        )

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
