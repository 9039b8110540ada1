"""Render the HTML of comments that come from other systems, with the same elements and links.

What readers type here is Markdown, see ``markdown_renderer``.
"""

import re
from collections.abc import Iterable, Iterator

from cx_feedback.comments.rendering.markdown_renderer import LINK_REL, TAGS

# HTML of other systems may have more elements.
_HTML_TAGS = TAGS | {"b", "i", "u", "s", "del", "q", "cite"}
_EDGE = re.compile(
    r"<(/?)(p|div|blockquote|pre|ul|ol|li|table|tr|td|th|dl|dt|dd|hr|figure|section)\b[^<>]*>",
    re.IGNORECASE,
)
#: Elements whose text is not wrapped in paragraphs.
_HOLD_WORDS = {"p", "li", "td", "th", "dt", "dd"}
_PRE = re.compile(r"<pre\b.*?(?:</pre>|\Z)", re.IGNORECASE | re.DOTALL)
# Tags inside these elements are not parsed: a paragraph that begins there would never end.
_SPECIAL = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)"
    r"|</?(?:iframe|textarea|title|xmp|noembed|noframes|noscript|plaintext|svg|math)\b[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_HEADING = re.compile(r"<(/?)h[1-6]\b[^<>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</(?:td|th)\s*>\s*|<(?:td|th|tr)\b[^<>]*>\s*", re.IGNORECASE)
_ROW_END = re.compile(r"</(?:tr|dt|dd|caption)\s*>\s*", re.IGNORECASE)
_TABLE = re.compile(r"</?(?:table|thead|tbody|tfoot|caption|dl)\b[^<>]*>\s*", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_SRC = re.compile(r"""\ssrc\s*=\s*["']?(https?://[^\s"'<>]{1,500})""", re.IGNORECASE)
_HELD = re.compile("\x02([0-9]+)\x03")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def render_html(source: str) -> str:
    """Return the clean HTML of a comment that another system stored as HTML.

    The caller has limited its length. Line breaks become paragraphs and breaks as in WordPress,
    headings become bold lines and images become links. Of the rest, nh3 keeps the elements that a
    comment may contain.
    """
    import nh3

    source = _SPECIAL.sub("", source)
    source = _HEADING.sub(lambda m: "</strong></p>" if m[1] else "<p><strong>", source)
    source = _PICTURE.sub(_link_picture, source)
    # A table becomes text with one line per row.
    source = _TABLE.sub("\n\n", _ROW_END.sub("\n", _CELL_END.sub(" ", source)))
    return nh3.clean(
        add_paragraphs(source),
        tags=_HTML_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        attribute_filter=_keep_absolute_url,
        link_rel=LINK_REL,
    )


def add_paragraphs(source: str) -> str:
    """Return HTML with paragraphs for blank lines and breaks for single line ends.

    Existing block elements (lists, quotes, ``pre``) are kept. The result is not safe until nh3
    has cleaned it.
    """
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"\n\n\x02{len(held) - 1}\x03\n\n"

    source = source.replace("\r\n", "\n").replace("\x02", "").replace("\x03", "")
    source = _EDGE.sub(r"\n\n\g<0>\n\n", _PRE.sub(hold, source))
    parts = [part.strip() for part in _BLANK_LINE.split(source)]
    made = "".join(_build_paragraphs(part for part in parts if part))
    return _HELD.sub(lambda m: held[int(m[1])], made)


def _build_paragraphs(parts: Iterable[str]) -> Iterator[str]:
    """Yield ``parts``, text in paragraphs, or with breaks inside ``li`` and similar elements."""
    within, after_words = 0, False
    for part in parts:
        words = False
        if edge := _EDGE.fullmatch(part):
            if edge[2].lower() in _HOLD_WORDS:
                within = max(0, within - 1) if edge[1] else within + 1
            yield part
        elif _HELD.fullmatch(part):
            yield part
        else:
            words = True
            lines = part.replace("\n", "<br>")
            yield ("<br><br>" * after_words + lines) if within else f"<p>{lines}</p>"
        after_words = words


def _link_picture(match: re.Match[str]) -> str:
    found = _SRC.search(match[0])
    return f'<a href="{found[1]}">{found[1]}</a>' if found else ""


def _keep_absolute_url(tag: str, name: str, value: str) -> str | None:
    """Keep absolute URLs only. A relative one pointed to a page of the other site."""
    whole = value.lower().startswith(("http://", "https://"))
    return value if whole or name != "href" else None
