"""From what a reader typed to HTML that is safe on every page.

The raw text is escaped first, so that HTML in it is shown as it was typed; then a few marks
become elements (paragraphs, breaks, ``**strong**``, ``*emphasis*``, `` `code` ``, ``> quotes``,
``[links](https://…)`` and bare addresses); nh3 has the last word.
"""

import html
import re
import unicodedata
from collections.abc import Callable

import nh3

_TAGS = {"p", "br", "strong", "em", "code", "blockquote", "a"}
_CODE = re.compile(r"`([^`\n]{1,500})`")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((https?://[^\s()<>]{1,500})\)")
_BARE = re.compile(r"(?<![\w/\"=>])https?://[^\s<>\"]{1,500}")
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]{1,1000})(?<=\S)\*\*")
_EM = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,1000})(?<=\S)\1(?![\w*])")
_HELD = re.compile("\x02([0-9]+)\x03")
# Direction overrides and isolates turn the words around them; a name or a text has no need.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def plain(value: str, *, one_line: bool = False) -> str:
    """Return ``value`` as storable text: no control or direction characters, NFC, trimmed."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").translate(_TURNS)
    value = value.encode("utf-8", "replace").decode("utf-8")
    kept = "".join(c for c in value if c == "\n" or unicodedata.category(c) != "Cc" or c == "\t")
    kept = unicodedata.normalize("NFC", kept)
    return " ".join(kept.split()) if one_line else kept.strip()


def has_words(value: str) -> bool:
    """Return whether there is anything to see in ``value``, not only spaces of some kind."""
    return any(unicodedata.category(c)[0] not in "ZC" for c in value)


def render(text: str) -> str:
    """Return the clean HTML of ``text``, which must have been cut to its limit before."""
    blocks = re.split(r"\n[ \t]*\n", text)
    made = "".join(_block(block.strip("\n")) for block in blocks if block.strip())
    return nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.lstrip().startswith(">") for line in lines):
        inner = "\n".join(line.lstrip()[1:].removeprefix(" ") for line in lines)
        return f"<blockquote><p>{_inline(inner)}</p></blockquote>"
    return f"<p>{_inline(block)}</p>"


def _inline(text: str) -> str:
    """Turn the marks of one block into elements; links and code are held back from the rest."""
    held: list[str] = []

    def hold(element: str) -> str:
        held.append(element)
        return f"\x02{len(held) - 1}\x03"

    escaped = html.escape(text.replace("\x02", ""))
    escaped = _CODE.sub(lambda m: hold(f"<code>{m[1]}</code>"), escaped)
    escaped = _LINK.sub(lambda m: hold(f'<a href="{m[2]}">{m[1]}</a>'), escaped)
    escaped = _BARE.sub(lambda m: _bare_link(m[0], hold), escaped)
    escaped = _STRONG.sub(r"<strong>\1</strong>", escaped)
    escaped = _EM.sub(r"<em>\2</em>", escaped)
    for _round in range(2):  # a link's words may hold code
        escaped = _HELD.sub(lambda m: held[int(m[1])], escaped)
    return escaped.replace("\n", "<br>")


def _bare_link(address: str, hold: Callable[[str], str]) -> str:
    """Link an address as it stands, without the punctuation that ends its sentence."""
    trailing = re.search(r"(?:&(?:quot|#x27|gt|lt);|[.,;:!?)\]*_'])+$", address)
    end = trailing.start() if trailing else len(address)
    url = address[:end]
    return hold(f'<a href="{url}">{url}</a>') + address[end:]
