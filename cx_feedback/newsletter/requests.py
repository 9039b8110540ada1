"""What a form or a JSON body asks for; the same for both ways in."""

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from cx_feedback.core import languages
from cx_feedback.core.errors import InvalidInput

#: A field that people do not see: who fills it in is a program.
HONEYPOT = "website"


@dataclass(frozen=True)
class Wish:
    """A subscription that somebody asks for."""

    email: str
    name: str
    list_id: int | None
    language: str
    is_trap: bool


def read(data: Any) -> Wish:
    """Read the fields ``email``, ``name``, ``list`` and ``lang``; raises InvalidInput."""
    texts = {}
    for field in ("email", "name", "lang", HONEYPOT):
        value = data.get(field) or ""
        if not isinstance(value, str):
            raise InvalidInput(fields={field: [_("This must be text.")]})
        texts[field] = value
    lang = languages.known(texts["lang"]) or translation.get_language() or ""
    return Wish(texts["email"], texts["name"], _list_id(data), lang, bool(texts[HONEYPOT]))


def _list_id(data: Any) -> int | None:
    value = data.get("list")
    if value in (None, ""):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise InvalidInput(fields={"list": [_("There is no such list.")]})
    return value
