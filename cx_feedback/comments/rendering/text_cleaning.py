"""Turn the text of readers into HTML that is safe on every page.

The raw text is escaped first, so that HTML in it is shown as it was typed. Then a few marks
become elements (paragraphs, breaks, ``**strong**``, ``*emphasis*``, `` `code` `` and lines
between two of three backticks, ``> quotes``, ``- lists`` and ``1. lists``,
``[links](https://…)`` and bare URLs). Finally, nh3 cleans the result.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from cx_feedback.core.text.text_folding import normalize_text

_TAGS = {"p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
_FENCED = re.compile(
    r"^```[a-z0-9]{0,20}[ \t]*\n(.*?)(?:\n```[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_BULLET = re.compile(r"[-*+] +(?=\S)")
_NUMBER = re.compile(r"[0-9]{1,3}[.)] +(?=\S)")
_CODE = re.compile(r"`([^`\n]{1,500})`")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((https?://[^\s()<>]{1,500})\)")
_BARE = re.compile(r"(?<![\w/\"=>])https?://[^\s<>\"]{1,500}")
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]{1,1000})(?<=\S)\*\*")
_EM = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,1000})(?<=\S)\1(?![\w*])")
# HTML of other systems may have more elements.
_HTML_TAGS = _TAGS | {"b", "i", "u", "s", "del", "q", "cite"}
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
_TAG = re.compile(r"<[^<>]*>")
_HELD = re.compile("\x02([0-9]+)\x03")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
# Punctuation that ends a sentence and does not belong to a URL before it.
_END_SIGNS, _END_ENTITIES = ".,;:!?)]*_'", ("&quot;", "&#x27;", "&gt;", "&lt;")
# Control characters other than line ends and tabs, and direction overrides and isolates, which
# could reorder the text around a name.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean_text(value: str, *, one_line: bool = False) -> str:
    """Return ``value`` as storable text: no control or direction characters, NFC, trimmed."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = value.encode("utf-8", "replace").decode("utf-8")
    kept = normalize_text("NFC", _UNWANTED.sub("", value))
    return " ".join(kept.split()) if one_line else kept.strip()


def has_visible_text(value: str) -> bool:
    """Return whether ``value`` contains anything visible, not only spaces of some kind."""
    return any(unicodedata.category(c)[0] not in "ZC" for c in value)


def render_text(text: str) -> str:
    """Return the clean HTML of ``text``. The caller has limited its length."""
    import nh3

    made, end = "", 0
    for fenced in _FENCED.finditer(text):
        made += _render_blocks(text[end : fenced.start()])
        made += f"<pre><code>{html.escape(fenced[1])}</code></pre>"
        end = fenced.end()
    made += _render_blocks(text[end:])
    return nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )


def _render_blocks(text: str) -> str:
    blocks = _BLANK_LINE.split(text)
    return "".join(_render_block(block.strip("\n")) for block in blocks if block.strip())


def _render_block(block: str) -> str:
    lines = block.split("\n")
    for tag, mark in (("ul", _BULLET), ("ol", _NUMBER)):
        marks = [mark.match(line) for line in lines]
        if all(marks):
            items = (_render_inline(x[m.end() :]) for x, m in zip(lines, marks, strict=True) if m)
            return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"
    if all(line.lstrip().startswith(">") for line in lines):
        inner = "\n".join(line.lstrip()[1:].removeprefix(" ") for line in lines)
        return f"<blockquote><p>{_render_inline(inner)}</p></blockquote>"
    return f"<p>{_render_inline(block)}</p>"


def _render_inline(text: str) -> str:
    """Turn the marks of one block into elements. Links and code are protected from later marks."""
    held: list[str] = []

    def hold(element: str) -> str:
        held.append(element)
        return f"\x02{len(held) - 1}\x03"

    escaped = html.escape(text.replace("\x02", ""))
    escaped = _CODE.sub(lambda m: hold(f"<code>{m[1]}</code>"), escaped)
    escaped = _LINK.sub(lambda m: hold(f'<a href="{m[2]}">{m[1]}</a>'), escaped)
    escaped = _BARE.sub(lambda m: _link_bare_url(m[0], hold), escaped)
    escaped = _STRONG.sub(r"<strong>\1</strong>", escaped)
    escaped = _EM.sub(r"<em>\2</em>", escaped)
    for _round in range(2):  # a link's words may hold code
        escaped = _HELD.sub(lambda m: held[int(m[1])], escaped)
    return escaped.replace("\n", "<br>")


def _link_bare_url(address: str, hold: Callable[[str], str]) -> str:
    """Link a bare URL without the punctuation that ends its sentence."""
    end = len(address)
    while end:
        entity = next((one for one in _END_ENTITIES if address.endswith(one, 0, end)), "")
        if not entity and address[end - 1] not in _END_SIGNS:
            break
        end -= len(entity) or 1
    url = address[:end]
    return hold(f'<a href="{url}">{url}</a>') + address[end:]


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
        link_rel="nofollow ugc noopener",
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


def html_to_text(source: str) -> str:
    """Return the text of HTML on one line, unescaped."""
    return " ".join(html.unescape(_TAG.sub(" ", source)).split())


def _link_picture(match: re.Match[str]) -> str:
    found = _SRC.search(match[0])
    return f'<a href="{found[1]}">{found[1]}</a>' if found else ""


def _keep_absolute_url(tag: str, name: str, value: str) -> str | None:
    """Keep absolute URLs only. A relative one pointed to a page of the other site."""
    whole = value.lower().startswith(("http://", "https://"))
    return value if whole or name != "href" else None
