"""The text by which moderators find a comment: its name, address and words, folded.

There is no index: it would cost each comment more than a search now and then. A search reads the
rows once (``docs/benchmarks.md`` has the times).
"""

import re
from typing import Any

from django.db import models

from cx_feedback.core.text.text_folding import fold_text, normalize_text

#: Characters of a comment that are found.
MAX_LENGTH = 10_000
#: Accents and vowel points of the Latin, Greek, Cyrillic, Hebrew and Arabic scripts.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def fold_for_search(text: str) -> str:
    """Return ``text`` without case, marks and compatibility forms, with single spaces."""
    folded = fold_text(text)
    if not folded.isascii():
        folded = _MARKS.sub("", normalize_text("NFKD", folded))
    return " ".join(folded.split())


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
