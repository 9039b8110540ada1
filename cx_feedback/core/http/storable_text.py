"""What no database keeps: zeros and halves of surrogate pairs.

A program that sends them by JSON is told in which field. In forms and addresses they become
U+FFFD, as browsers write halves themselves: the reader's words come back all the same.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from cx_feedback.core.errors import InvalidInput

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def make_storable(text: str) -> str:
    """Return ``text`` with U+FFFD in the place of what no database keeps."""
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def refuse_unstorable(data: Any) -> None:
    """Raise InvalidInput for a text in ``data``, which was JSON, that no database keeps.

    It names the member, and the member of that one ("answers.<key>"), which the text is in.
    """
    found: set[str] = set()
    left: list[tuple[tuple[str, ...], Any]] = [((), data)]
    while left:
        path, value = left.pop()
        if isinstance(value, str):
            if _UNSTORABLE.search(value):
                found.add(".".join(path[:2]) or "body")
        elif isinstance(value, dict):
            for key, inner in value.items():
                if _UNSTORABLE.search(key):
                    found.add(".".join(path[:1]) or "body")
                else:
                    left.append(((*path[:2], key), inner))
        elif isinstance(value, list):
            left += [(path, inner) for inner in value]
    if found:
        words = _("This contains a character that isn't text, such as half of an emoji. Remove it.")
        raise InvalidInput(fields={name: [words] for name in sorted(found)})


def clean_query(request: HttpRequest) -> None:
    """Make the request's query storable."""
    if request.META.get("QUERY_STRING") and _holds_unstorable(request.GET):
        request.GET = _map_fields(request.GET, make_storable)


def shorten_query(request: HttpRequest, longest: int) -> None:
    """Cut the values of the request's query to ``longest`` characters."""
    if len(request.META.get("QUERY_STRING", "")) > longest:
        request.GET = _map_fields(request.GET, lambda text: text[:longest])


def clean_form(request: HttpRequest) -> None:
    """Make the fields of the request's form storable.

    Browsers send no halves of pairs, but a client may name an encoding that has them (UTF-7).
    """
    if _holds_unstorable(request.POST):
        request.POST = _map_fields(request.POST, make_storable)


def clean_json(request: HttpRequest) -> None:
    """Make the texts storable that the fields of an editor's form hold as JSON.

    Browsers write half of an emoji in rich text as an escape of ASCII.
    """
    if any(text != _storable_json(text) for _name, texts in request.POST.lists() for text in texts):
        request.POST = _map_fields(request.POST, _storable_json)


def _storable_json(value: Any) -> str:
    text = str(value)
    if text[:1] not in ("{", "[") or "\\u" not in text:
        return text
    try:
        data = json.loads(text)
        clean = _storable_data(data)
    except (ValueError, RecursionError):
        return text
    return text if clean == data else json.dumps(clean)


def _storable_data(data: Any) -> Any:
    if isinstance(data, str):
        return make_storable(data)
    if isinstance(data, list):
        return [_storable_data(inner) for inner in data]
    if isinstance(data, dict):
        return {make_storable(key): _storable_data(inner) for key, inner in data.items()}
    return data


def _holds_unstorable(fields: QueryDict) -> bool:
    found = _UNSTORABLE.search
    return any(found(name) or any(map(found, map(str, values))) for name, values in fields.lists())


def _map_fields(fields: QueryDict, change: Callable[[str], str]) -> Any:
    """Return a copy of ``fields`` with their names and values changed."""
    changed = QueryDict(mutable=True, encoding=fields.encoding)
    for name, values in fields.lists():
        changed.setlist(change(name), [change(str(value)) for value in values])
    changed._mutable = False
    return changed
