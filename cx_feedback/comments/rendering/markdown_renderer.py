"""Render the texts of readers: Markdown by markdown-it-py with few rules, cleaned by nh3.

Readers can write emphasis, code, quotes, lists, links and line breaks. Headings, pictures, tables
and HTML are shown as they were typed.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkify_it import LinkifyIt
    from markdown_it import MarkdownIt
    from nh3 import Cleaner

#: Elements of a comment.
TAGS = {"p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
#: Of links that readers wrote: no advertisement for search engines, no handle on our window.
LINK_REL = "nofollow ugc noopener"
_RULES = (
    "fence", "blockquote", "list",
    "newline", "escape", "backticks", "emphasis", "link", "autolink",
)  # fmt: skip
#: Levels of tokens in which quotes and lists are recognized: a quote takes one, a list two.
#: Below, their marks are shown as typed. markdown-it-py would leave out what is nested deeper.
_LEVELS = 8
#: Characters of a typed address that are looked at, so that no text makes that slow.
_ADDRESS_LENGTH = 2_000
_TARGET = re.compile(r"\(\s{0,9}<?https?://", re.IGNORECASE)
_SCHEME = re.compile(r"(?<![a-z0-9.+-])https?\Z", re.IGNORECASE)


def render_markdown(text: str) -> str:
    """Return the clean HTML of ``text``. The caller has limited its length."""
    return _get_cleaner().clean(_get_parser().render(text)).strip()


@cache
def _get_cleaner() -> "Cleaner":
    """Return the cleaner, which is put together once: that takes longer than to clean a text."""
    from nh3 import Cleaner

    return Cleaner(
        tags=TAGS,
        # "*": no titles, which nh3 keeps on every element otherwise.
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https"},
        link_rel=LINK_REL,
    )


@cache
def _get_parser() -> "MarkdownIt":
    """Return the parser, which keeps nothing of a text and serves all threads."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import blockquote, list_block

    parser = MarkdownIt("zero", {"breaks": True}).enable(_RULES)
    parser.inline.ruler.at("link", _link_words)
    parser.inline.ruler.after("text", "address", _link_address)
    parser.validateLink = _is_web_address  # type: ignore[method-assign]
    parser.normalizeLinkText = str  # type: ignore[assignment, method-assign]
    # Words never continue a quote or a list item unless they are marked or indented.
    rules = parser.block.ruler
    ends = ["paragraph", "reference", "blockquote"]
    rules.at("blockquote", _limit_nesting(blockquote), {"alt": [*ends, "list"]})
    rules.at("list", _limit_nesting(list_block), {"alt": ends})
    rules.push("end_of_quote", _end_quote, {"alt": ["blockquote"]})
    rules.push("end_of_item", _end_item, {"alt": ["paragraph"]})
    return parser


@cache
def _get_address_finder() -> "LinkifyIt":
    from linkify_it import LinkifyIt

    return LinkifyIt()


def _is_web_address(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _limit_nesting(rule: Callable[..., bool]) -> Callable[..., bool]:
    """Return ``rule`` for the first levels, and for lines with words ("* * *" is no list)."""

    def limited(state: Any, line: int, end: int, silent: bool) -> bool:
        has_words = state.getLines(line, line + 1, 0, False).strip(" \t-+*")
        return state.level < _LEVELS and bool(has_words) and rule(state, line, end, silent)

    return limited


def _end_quote(state: Any, line: int, end: int, silent: bool) -> bool:
    """End a quote at the first line without its mark, for which alone this is called silently."""
    return silent


def _end_item(state: Any, line: int, end: int, silent: bool) -> bool:
    """End the paragraph of a list item at the first line that is not indented like it."""
    return silent and state.sCount[line] < state.blkIndent


def _link_words(state: Any, silent: bool) -> bool:
    """Link ``[words](https://…)``. Words with any other address, or none, are shown as typed."""
    from markdown_it.rules_inline import link

    if state.src[state.pos] != "[":
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos, True)
    return end >= 0 and bool(_TARGET.match(state.src, end + 1)) and link(state, silent)


def _link_address(state: Any, silent: bool) -> bool:
    """Link an address that was typed as it is, without the signs that end its sentence.

    The rule of markdown-it-py reads all the text before each "://" again.
    """
    at = state.pos
    scheme = state.src.startswith("://", at) and _SCHEME.search(state.src, max(0, at - 6), at)
    if not scheme or state.linkLevel > 0:
        return False
    text = state.src[at + 1 : min(at + _ADDRESS_LENGTH, state.posMax)]
    length = _get_address_finder().test_schema_at(text, f"{scheme[0]}:", 0)
    url = scheme[0] + ":" + text[:length].rstrip("*_")
    if not length or not (silent or state.pending.endswith(scheme[0])):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(url)}
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos += len(url) - len(scheme[0])
    return True
