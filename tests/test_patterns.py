"""Text that was made to be slow costs what ordinary text costs, whatever reads it."""

import importlib
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.html import escape

from cx_feedback.comments.rendering import imported_html
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.spam import feature_extraction, words_and_links
from cx_feedback.comments.spam.base import Submission
from cx_feedback.comments.spam.scorers.blocked_words import BlockedWords
from cx_feedback.comments.spam.scorers.links import Links
from cx_feedback.comments.spam.word_list import get_word_list
from cx_feedback.conversations.inbox.mentions import compile_mentions
from cx_feedback.core.text import text_cleaning
from cx_feedback.core.text.plain_text import convert_to_text
from cx_feedback.core.text.text_folding import fold_text, normalize_text
from cx_feedback.mail.personal import _compile_address
from cx_feedback.newsletter.rendering import placeholders
from tests import patterns

#: The longest comment that a site may allow (``COMMENTS_LENGTH``), the longest of all texts of
#: readers; and what editors and mails write.
COMMENT, LETTER = 20_000, 50_000
LARGEST = {"cx_feedback.mail": LETTER, "cx_feedback.newsletter": LETTER}
WORDS = ("casino", "*viagra*", "free money now", "a a a a", "punto*", "*xx")
#: Patterns that are made of a site's own settings, with such settings.
BUILT = {
    "cx_feedback.comments.spam.word_list.__init__": lambda: get_word_list(WORDS)._pattern,
    "cx_feedback.conversations.inbox.mentions.compile_mentions": lambda: compile_mentions(
        ("a.a+a@a-a", "a.a", "aa")
    ),
    "cx_feedback.mail.personal._compile_address": lambda: _compile_address("a.a+a@a-a.a"),
}
#: Below, nothing is judged: seconds of processor time that no one notices.
FLOOR = 0.004
#: The same of what makes something of each character, since a sign may become an element: how many
#: times it may take what finding the words of ordinary text takes, on whatever machine.
A_CHARACTER = 40
#: The same of Markdown, which may make a list item of a line, or look for the end of each bracket.
A_MARK = 500
TIMES_ORDINARY, TIMES_DOUBLED = 5, 3
FOUND = patterns.patterns()
_every_word = re.compile(r"\w+")


def largest(name):
    return next((n for module, n in LARGEST.items() if name.startswith(f"{module}.")), COMMENT)


def find_reading_cost(size):
    """Return the seconds of processor time that finding the words of ordinary text takes."""
    plain = patterns.ordinary_text(size)
    return patterns.cost(lambda text: sum(1 for _ in _every_word.finditer(text)), plain)


def judge(function, name, size, unlike, floor=FLOOR):
    """Fail for a text of ``unlike(size)`` that costs more than its length does.

    An eighth first, so that what grows by squares is found before it takes long. What is cheaper
    than finding the words of ordinary text may cost as much as that.
    """
    plain, reading = patterns.ordinary_text(size), find_reading_cost(size)
    allowed = max(TIMES_ORDINARY * max(patterns.cost(function, plain), reading), floor)
    small = dict(unlike(size // 8))
    half, whole = dict(unlike(size // 2)), dict(unlike(size))
    for label in whole:
        before = patterns.cost(function, small[label], runs=patterns.ROUNDS, enough=allowed)
        assert before <= allowed, f"{name}: {label} takes {before:.4f} s at an eighth"
        if patterns.cost(function, whole[label], runs=2, enough=floor) <= floor:
            continue
        took, of_half = patterns.least(function, whole[label], half[label], below=allowed)
        assert took <= allowed, f"{name}: {label} takes {took:.4f} s, {allowed:.4f} s are allowed"
        assert took <= max(floor, TIMES_DOUBLED * of_half), f"{name}: {label} grows by squares"


def test_the_patterns_are_found():
    assert len(FOUND) > 50
    sources = [str(pattern.pattern) for pattern in FOUND.values()]
    assert any("whats" in source for source in sources)
    assert "cx_feedback.newsletter.rendering.mail_renderer._SHARED_PLACEHOLDERS.list_name" in FOUND


def test_no_pattern_is_written_where_none_finds_it():
    assert patterns.outer_calls() == []
    assert set(patterns.inline_uses()) == set(BUILT)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({**FOUND, **BUILT}))
def test_a_pattern_reads_any_text_as_quickly_as_ordinary_text(name):
    pattern = FOUND.get(name) or BUILT[name]()
    for way in (patterns.finding, patterns.fitting):
        judge(way(pattern), name, largest(name), lambda size: patterns.slow_texts(pattern, size))


SCORERS = (Links(), BlockedWords())
#: What reads others' text without a pattern of ours, or with several after one another.
READERS = {
    "a comment": (render_markdown, COMMENT, A_MARK),
    "a comment in a mail": (
        lambda text: convert_to_text(f"<p>{escape(text)}</p>", width=None, quotes=("“", "”")),
        COMMENT,
    ),
    "words of a comment": (text_cleaning.clean_text, COMMENT),
    "folded": (fold_text, COMMENT),
    "scorers of words": (
        lambda text: [s.score(Submission(text=text, blocked_words=WORDS)) for s in SCORERS],
        COMMENT,
        A_MARK,
    ),
    "features": (lambda text: feature_extraction.extract_features(text), COMMENT),
    "hosts": (words_and_links.find_hosts, COMMENT),
    "an imported comment": (imported_html.render_html, COMMENT),
    "words of HTML": (text_cleaning.html_to_text, COMMENT),
    "NFD": (lambda text: normalize_text("NFD", text), COMMENT),
    # The HTML of a letter is ours; what others wrote in it is escaped.
    "a letter as text": (lambda text: convert_to_text(f"<p>{escape(text)}</p>"), LETTER),
    "an address": (lambda text: _is_email(text), COMMENT),
    "placeholders": (lambda text: placeholders.add_default_name(text), LETTER),
}


def _is_email(text):
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(READERS))
def test_what_reads_text_takes_no_longer_for_any(name):
    function, size, *each = READERS[name]
    nothing = re.compile("")
    floor = find_reading_cost(size) * (each[0] if each else A_CHARACTER)
    judge(function, name, size, lambda n: patterns.slow_texts(nothing, n), floor)


@pytest.mark.parametrize(
    ("module", "name", "old", "unit"),
    [
        ("comments.spam.contact_patterns", "HIDDEN_ADDRESS", r"\b[a-z0-9-]{3,}\s?dot", "a-"),
        ("comments.spam.contact_patterns", "FOREIGN_LINK", r"<\s*a\s[^>]*href", "<a "),
        ("mail.messages.tracked_links", "_HREF", r'<a\b[^>]*?\bhref="', "<a "),
    ],
)
def test_a_slow_pattern_is_noticed(module, name, old, unit):
    assert hasattr(importlib.import_module(f"cx_feedback.{module}"), name)
    slow = re.compile(old)
    with pytest.raises(AssertionError, match=r"takes|grows"):
        judge(patterns.finding(slow), name, COMMENT, lambda n: [("it", unit * (n // len(unit)))])
