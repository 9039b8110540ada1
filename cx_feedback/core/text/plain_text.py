"""Converts HTML to plain text for mails, with all text and links."""

import re
from html.parser import HTMLParser
from textwrap import fill

_BREAKS = {"p", "div", "ul", "ol", "table", "tr", "h1", "h2", "h3", "hr", "blockquote", "pre"}
_SKIPPED = {"style", "script", "title", "head"}
WIDTH = 74
_SPACE = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"\n\s*\n")


class _TextParser(HTMLParser):
    def __init__(self, quotes: tuple[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.quotes = quotes
        self.parts: list[str] = []
        self.skipping = 0
        self.within_pre = 0
        self.lists: list[int] = []
        #: Whether the last part is a bullet or an opening quotation mark: text follows it.
        self.opened = False
        self.link = ("", 0)
        #: The last URL that was written and its position in ``parts``.
        self.written = ("", 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SKIPPED:
            self.skipping += 1
        elif tag in ("ul", "ol"):
            self._begin_list(tag, given.get("start") or "")
        elif tag == "li":
            self._open(f"\n{self._get_bullet()}")
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "hr":
            self.parts.append("\n\n---\n\n")
        elif tag == "a":
            if "point" in (given.get("class") or "").split():
                # Each answer with its URL on a line of its own.
                self.parts.append("\n")
            self.link = (given.get("href") or "", len(self.parts))
        elif tag == "img":
            self.parts.append(given.get("alt") or "")
        elif tag in _BREAKS:
            self._begin_block(tag)
        self.within_pre += tag == "pre"

    def _begin_list(self, tag: str, start: str) -> None:
        first = int(start[:9]) if start.isdecimal() else 1
        self.lists.append(first - 1 if tag == "ol" else -1)
        self._break("\n\n" if len(self.lists) == 1 else "")

    def _begin_block(self, tag: str) -> None:
        self._break("\n\n")
        if tag == "blockquote" and self.quotes[0]:
            self._open(self.quotes[0])

    def _get_bullet(self) -> str:
        if not self.lists or self.lists[-1] < 0:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def _open(self, mark: str) -> None:
        self.parts.append(mark.lstrip() if self.opened else mark)
        self.opened = True

    def _break(self, lines: str) -> None:
        if not self.opened:
            self.parts.append(lines)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping -= 1
        elif tag in ("ul", "ol"):
            self.lists = self.lists[:-1]
            self.parts.append("\n\n" if not self.lists else "")
        elif tag == "a":
            self._end_link()
        elif tag in _BREAKS:
            if tag == "blockquote" and self.quotes[1]:
                while self.parts and not self.parts[-1].strip():
                    self.parts.pop()
                self.parts.append(self.quotes[1])
            self.parts.append("\n" if self.lists else "\n\n")
        self.within_pre -= tag == "pre"

    def _end_link(self) -> None:
        href, start = self.link
        text = "".join(self.parts[start:]).strip()
        if href and href.removeprefix("mailto:") != text:
            before, place = self.written
            if text and before == href:
                # Several links to the same article: keep only the last URL.
                self.parts[place] = ""
            self.written = (href if text else "", len(self.parts))
            self.parts.append(f" <{href}>" if text else href)

    def handle_data(self, data: str) -> None:
        if self.skipping or (self.opened and not data.strip()):
            return
        self.parts.append(data if self.within_pre else _SPACE.sub(" ", data))
        self.opened = False


def convert_to_text(
    html: str, *, width: int | None = WIDTH, quotes: tuple[str, str] = ("", "")
) -> str:
    """Return ``html`` as plain text with bullets and URLs in ``<>``.

    Paragraphs are wrapped at ``width``, None for not at all. ``quotes`` are the marks around
    quotations.
    """
    parser = _TextParser(quotes)
    parser.feed(html)
    parser.close()
    paragraphs = _BLANK_LINE.split("".join(parser.parts))
    wrapped = (
        "\n".join(_wrap_line(line, width) for line in p.strip().split("\n")) for p in paragraphs
    )
    return "\n\n".join(p for p in wrapped if p) + "\n"


def _wrap_line(line: str, width: int | None) -> str:
    line = line.strip()
    if width is None:
        return line
    return fill(line, width, break_long_words=False, break_on_hyphens=False)
