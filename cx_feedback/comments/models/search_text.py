"""The text by which moderators find a comment: its name, address and words, folded.

There is no index: it would cost each comment more than a search now and then. A search reads the
rows once (``docs/benchmarks.md`` has the times).
"""

from typing import Any

from django.db import models

from cx_feedback.core.text.search_folding import fold_for_search

#: Characters of a comment that are found.
MAX_LENGTH = 10_000


def build_search_text(name: str, email: str, text: str) -> str:
    """Return what is stored of a comment for searches, at most ``MAX_LENGTH`` characters."""
    return fold_for_search(f"{name}\n{email}\n{text[:MAX_LENGTH]}")[:MAX_LENGTH]


class SearchTextField(models.TextField):
    """The folded text of a comment, set with each save that includes it."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        found = build_search_text(
            model_instance.author_name, model_instance.author_email, model_instance.plain_text
        )
        setattr(model_instance, self.attname, found)
        return found
