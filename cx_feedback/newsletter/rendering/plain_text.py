"""Converts HTML to the plain-text part of a mail, with all text and links."""

import re
from html.parser import HTMLParser
from textwrap import fill

_BREAKS = {"p", "div", "ul", "ol", "table", "tr", "h1", "h2", "h3", "hr", "blockquote"}
_SKIPPED = {"style", "script", "title", "head"}
WIDTH = 74
_SPACE = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"\n\s*\n")


class _TextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.skipping = 0
        self.lists: list[int] = []
        self.link = ("", 0)
        #: The last URL that was written and its position in ``parts``.
        self.written = ("", 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SKIPPED:
            self.skipping += 1
        elif tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else -1)
            self.parts.append("\n\n" if len(self.lists) == 1 else "")
        elif tag == "li":
            self.parts.append(f"\n{self._get_bullet()}")
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
            self.parts.append("\n\n")

    def _get_bullet(self) -> str:
        if not self.lists or self.lists[-1] < 0:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping -= 1
        elif tag in ("ul", "ol"):
            self.lists = self.lists[:-1]
            self.parts.append("\n\n" if not self.lists else "")
        elif tag == "a":
            href, start = self.link
            text = "".join(self.parts[start:]).strip()
            if href and href.removeprefix("mailto:") != text:
                before, place = self.written
                if text and before == href:
                    # Several links to the same article: keep only the last URL.
                    self.parts[place] = ""
                self.written = (href if text else "", len(self.parts))
                self.parts.append(f" <{href}>" if text else href)
        elif tag in _BREAKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.parts.append(_SPACE.sub(" ", data))


def convert_to_text(html: str) -> str:
    """Return ``html`` as plain text with wrapped paragraphs, bullets and URLs in ``<>``."""
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    paragraphs = _BLANK_LINE.split("".join(parser.parts))
    wrapped = ("\n".join(_wrap_line(line) for line in p.strip().split("\n")) for p in paragraphs)
    return "\n\n".join(p for p in wrapped if p) + "\n"


def _wrap_line(line: str) -> str:
    return fill(line.strip(), WIDTH, break_long_words=False, break_on_hyphens=False)
