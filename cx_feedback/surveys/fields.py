"""The StreamField of questions."""

from typing import Any

from wagtail import blocks
from wagtail.fields import StreamField

from cx_feedback.surveys import questions


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
        super().__init__(blocks.StreamBlock(offered, required=False), **kwargs)

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
