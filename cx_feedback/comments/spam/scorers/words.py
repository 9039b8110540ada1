import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.comments.spam.base import Scorer, Signal, Submission
from cx_feedback.comments.spam.texts import folded

POINTS = 2.0


class BlockedWords(Scorer):
    """The site's blocked words: whole words, or parts where the line has a star.

    A comment with one waits for a moderator, whatever else speaks for it.
    """

    name = "words"
    reads_words = True

    def score(self, submission: Submission) -> Signal | None:
        pattern = _pattern(submission.blocked_words)
        if pattern is None:
            return None
        text = folded(f"{submission.name}\n{submission.email}\n{submission.text}")
        found = list(dict.fromkeys(match[0] for match in pattern.finditer(text)))
        return self.signal(POINTS, hold=True, words=found[:5]) if found else None

    def describe(self, detail: Mapping[str, Any]) -> str:
        words = ", ".join(f"“{word}”" for word in detail.get("words", []))
        return _("Blocked words: %s.") % words


@lru_cache(maxsize=32)
def _pattern(lines: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return one pattern for all lines; ``lines`` is the site's setting, so it is read once."""
    parts = [part for line in lines if (part := _part(folded(line).strip()))]
    return re.compile("|".join(sorted(parts, key=len, reverse=True))) if parts else None


def _part(line: str) -> str:
    words = line.strip("*").split()
    if not words:
        return ""
    begin = "" if line.startswith("*") else r"(?<!\w)"
    end = "" if line.endswith("*") else r"(?!\w)"
    return begin + r"\s+".join(re.escape(word) for word in words) + end
