"""Clean what readers type, before it is stored.

Comments become HTML in ``comments.rendering.markdown_renderer``.
"""

import html
import re
import unicodedata

from cx_feedback.core.text.text_folding import normalize_text, remove_hidden

_TAG = re.compile(r"<[^<>]*>")
# Control characters other than line ends and tabs, and direction overrides and isolates, which
# could reorder the text around a name.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# More than three marks of all scripts on a letter, which cover the lines around it. Marks that
# belong to one script, as of Hebrew or Thai, are not among them.
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_EXCESS_MARKS = re.compile(f"({_MARK}{{3}}){_MARK}+")
#: Letters and signs that show nothing: the fillers of Hangul are among the hidden characters.
_BLANK = "\u2800"


def clean_text(value: str, *, one_line: bool = False) -> str:
    """Return ``value`` as storable text: no control or direction characters, NFC, trimmed.

    At most three marks stand on a letter.
    """
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = value.encode("utf-8", "replace").decode("utf-8")
    kept = normalize_text("NFC", _EXCESS_MARKS.sub(r"\1", _UNWANTED.sub("", value)))
    return " ".join(kept.split()) if one_line else kept.strip()


def has_visible_text(value: str) -> bool:
    """Return whether ``value`` shows anything: not only spaces, fillers and marks."""
    shown = remove_hidden(value).replace(_BLANK, "")
    return any(unicodedata.category(c)[0] not in "ZCM" for c in shown)


def html_to_text(source: str) -> str:
    """Return the text of HTML on one line, unescaped."""
    return " ".join(html.unescape(_TAG.sub(" ", source)).split())
