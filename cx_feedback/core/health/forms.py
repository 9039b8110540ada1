"""Forms in the HTML of a page, read and filled in as a browser and a reader would."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from html.parser import HTMLParser
from typing import Any

#: An address that gets no mail, even if one went out.
ADDRESS = "cx-doctor@example.com"
WORDS = "cx_doctor tries this form and takes it back at once."
_NOT_FILLED_IN = ("submit", "button", "reset", "image", "file")


@dataclass
class Field:
    """A field of a form: an input, a textarea or a select."""

    tag: str
    attributes: dict[str, str]
    #: The values of a list; until its text is read, None for an option without a value.
    options: list[str | None] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.attributes.get("name", "")

    @property
    def type(self) -> str:
        return self.attributes.get("type", "text").lower() if self.tag == "input" else self.tag

    @property
    def is_required(self) -> bool:
        return "required" in self.attributes

    @property
    def is_trap(self) -> bool:
        """Return whether people can't reach it, and only programs fill it in."""
        return self.attributes.get("tabindex") == "-1" and self.type == "text"


@dataclass
class Form:
    """A form of one of our widgets."""

    attributes: dict[str, str]
    fields: list[Field] = field(default_factory=list)

    @property
    def action(self) -> str:
        return self.attributes.get("action", "")

    @property
    def api_url(self) -> str:
        """Return the address to which the script sends it, "" if the script leaves it alone."""
        return self.attributes.get("data-cx-api", "")

    def get_value(self, name: str) -> str | None:
        """Return the value of a hidden field, None if the form has none of that name."""
        found = [f for f in self.fields if f.name == name and f.type == "hidden"]
        return found[0].attributes.get("value", "") if found else None


class FormReader(HTMLParser):
    """Collects the forms that are sent by POST within elements of a class."""

    def __init__(self, css_class: str) -> None:
        super().__init__()
        self.css_class = css_class
        self.shows_widget = False
        self.forms: list[Form] = []
        self._is_within = False
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        classes = attributes.get("class", "").split()
        if "cx" in classes:
            self._is_within = self.css_class in classes
            self.shows_widget = self.shows_widget or self._is_within
        if tag == "form":
            is_ours = self._is_within and attributes.get("method", "").lower() == "post"
            self._form = Form(attributes) if is_ours else None
            if self._form is not None:
                self.forms.append(self._form)
        elif self._form is not None:
            self._read_field(self._form, tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._form is not None and self.lasttag == "option" and data.strip():
            options = self._form.fields[-1].options
            options[-1] = data.strip() if options[-1] is None else options[-1]

    def _read_field(self, form: Form, tag: str, attributes: dict[str, str]) -> None:
        if tag in ("input", "textarea", "select"):
            form.fields.append(Field(tag, attributes))
        elif tag == "option" and form.fields:
            form.fields[-1].options.append(attributes.get("value"))


def read_forms(html: str, css_class: str) -> FormReader:
    """Return what a page shows of the widget with ``css_class``."""
    reader = FormReader(css_class)
    reader.feed(html)
    return reader


class Effort(IntEnum):
    """The share of a form that is filled in: a survey may require what HTML can't say."""

    REQUIRED = 0
    EVERYTHING = 1
    ALL_BOXES = 2


def fill_in(form: Form, effort: Effort) -> list[tuple[str, str]]:
    """Return names and values of a form that was filled in.

    One that requires nothing gets its first answer.
    """
    filled = list(_fill_fields(form, effort))
    if any(is_filled for _name, _value, is_filled in filled):
        return [(name, value) for name, value, _is_filled in filled]
    first = next((f for f in form.fields if _can_be_answered(f)), None)
    hidden = [(name, value) for name, value, _is_filled in filled]
    return hidden if first is None else [*hidden, (first.name, _make_value(first))]


def _fill_fields(form: Form, effort: Effort) -> Iterator[tuple[str, str, bool]]:
    """Yield name, value and whether a reader has filled it in."""
    required = {f.name for f in form.fields if f.is_required}
    chosen: set[str] = set()
    ranks: Counter[str] = Counter()
    for each in form.fields:
        if each.type == "hidden" and each.name:
            yield each.name, each.attributes.get("value", ""), False
        elif not _can_be_answered(each) or each.name in chosen:
            continue
        elif "checked" in each.attributes or each.name in required or effort:
            if each.type == "radio" or (each.type == "checkbox" and effort < Effort.ALL_BOXES):
                chosen.add(each.name)
            group = each.name.rpartition(".")[0]
            yield each.name, _make_value(each, ranks[group]), True
            ranks[group] += each.type == "select"


def _can_be_answered(each: Field) -> bool:
    if not each.name or each.type in ("hidden", *_NOT_FILLED_IN) or each.is_trap:
        return False
    return each.attributes.get("value") != ":other" and not each.name.endswith(".other")


def _make_value(each: Field, rank: int = 0) -> str:
    """Return an answer to a field; ``rank`` is its place among the lists of one question."""
    kind, attributes = each.type, each.attributes
    if kind in ("radio", "checkbox"):
        return attributes.get("value", "on")
    if kind == "select":
        options = [option for option in each.options if option and option != ":other"]
        return options[min(rank, len(options) - 1)] if options else ""
    if kind == "email":
        return ADDRESS
    if kind == "number":
        return attributes.get("min") or attributes.get("max") or "1"
    if kind == "date":
        return attributes.get("min") or datetime.date.today().isoformat()
    words = WORDS * (1 + int(attributes.get("minlength") or 0) // len(WORDS))
    return words[: int(attributes.get("maxlength") or len(words))].strip()


def build_json(form: Form, filled: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the JSON object that the script makes of a form (``forms.js``)."""
    types = {f.name: f.attributes.get("data-cx-type", "") for f in form.fields}
    body: dict[str, Any] = {}
    for name, text in filled:
        kind = types.get(name, "")
        if kind == "skip" or text == "":
            continue
        *path, last = name.split(".")
        place = body
        for step in path:
            place = place.setdefault(step, {})
        value = {"true": True, "number": _parse_number(text)}.get(kind, text)
        if kind == "list":
            place.setdefault(last, []).append(value)
        else:
            place[last] = value
    return body


def _parse_number(text: str) -> Any:
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text
