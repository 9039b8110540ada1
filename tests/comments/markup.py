"""What a browser would find in HTML: the elements with their attributes, the microdata."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = {"meta", "link", "input", "br", "img"}


@dataclass
class Item:
    """A microdata item."""

    type: str
    values: dict[str, list[Any]] = field(default_factory=dict)

    def one(self, name: str) -> Any:
        [value] = self.values[name]
        return value


class Markup(HTMLParser):
    """Reads HTML into ``tags`` (name, attributes) and ``items`` (the top ones)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.items: list[Item] = []
        #: Of each open element: its name, the item that it is, the property that it fills.
        self._open: list[tuple[str, Item | None, str]] = []
        self._words: list[str] = []
        #: How many template elements are open: what they hold is no part of the page.
        self._templates = 0
        self.feed(html)

    def _holder(self) -> Item | None:
        return next((item for _name, item, _prop in reversed(self._open) if item), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "template" or self._templates:
            self._templates += tag == "template"
            return
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        item, prop, holder = None, given.get("itemprop", ""), self._holder()
        if "itemscope" in given:
            item = Item(given["itemtype"])
            if holder and prop:
                holder.values.setdefault(prop, []).append(item)
            elif not holder:
                self.items.append(item)
        elif prop and holder:
            plain = given.get("content") or given.get("datetime") or given.get("href")
            if plain is not None or tag in _VOID:
                holder.values.setdefault(prop, []).append(plain)
                prop = ""
        if tag not in _VOID:
            self._open.append((tag, item, "" if item else prop))
            if prop and not item:
                self._words = []

    def handle_data(self, data: str) -> None:
        if not self._templates:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._templates:
            self._templates -= tag == "template"
            return
        if not any(name == tag for name, _item, _prop in self._open):
            return
        while self._open:
            name, _item, prop = self._open.pop()
            holder = self._holder()
            if prop and holder:
                holder.values.setdefault(prop, []).append("".join(self._words))
            if name == tag:
                return
