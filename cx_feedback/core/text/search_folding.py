"""Folding texts for searches: both what is stored and what is searched for."""

import re
from typing import TypeVar

from django.db.models import Model, QuerySet

from cx_feedback.core.text.text_folding import fold_text, normalize_text

#: The characters of a search that are used, and the words.
MAX_LENGTH, MAX_WORDS = 200, 8
#: Accents and vowel points of the Latin, Greek, Cyrillic, Hebrew and Arabic scripts.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


Rows = TypeVar("Rows", bound=QuerySet[Model])


def fold_for_search(text: str) -> str:
    """Return ``text`` without case, marks and compatibility forms, with single spaces."""
    folded = fold_text(text)
    if not folded.isascii():
        folded = _MARKS.sub("", normalize_text("NFKD", folded))
    return " ".join(folded.split())


def filter_by_words(rows: Rows, query: str, field: str = "search_text") -> Rows:
    """Return the rows whose folded text in ``field`` has all words of ``query``, or parts.

    What has no word, such as a mark alone, finds nothing.
    """
    words = fold_for_search(query[:MAX_LENGTH]).split()[:MAX_WORDS]
    if not words:
        return rows.none()
    for word in words:
        rows = rows.filter(**{f"{field}__contains": word})
    return rows
