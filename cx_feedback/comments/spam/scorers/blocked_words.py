from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.comments.spam.word_list import get_word_list
from cx_feedback.core.text.quotation import quote_texts
from cx_feedback.core.text.text_folding import get_link_addresses

POINTS = 2.0


class BlockedWords(Scorer):
    """The site's blocked words: whole words, or parts of words with an asterisk.

    They are searched in the text as readers see it, and in the URLs of links. A comment with a
    blocked word is always held for a moderator.
    """

    name = "words"
    reads_words = True

    def score(self, submission: Submission) -> SpamFinding | None:
        words = get_word_list(submission.blocked_words)
        if not words:
            return None
        found = words.find(
            submission.name,
            submission.email,
            submission.shown,
            *get_link_addresses(submission.clean_html),
        )
        if not found:
            return None
        return self.build_finding(POINTS, hold=True, only_holds=True, words=found[:5])

    def describe(self, detail: Mapping[str, Any]) -> str:
        words = quote_texts(detail.get("words", []))
        return pgettext("comment", "Blocked words: %s.") % words
