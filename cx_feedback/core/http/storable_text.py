"""Characters that databases can't store: null characters and lone surrogates.

In JSON they are errors of their field. In forms and URLs they are replaced by U+FFFD, like
browsers do with lone surrogates, so that the rest of the input is kept.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from cx_feedback.core.compat import freeze_query
from cx_feedback.core.errors import InvalidInput

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def make_storable(text: str) -> str:
    """Return ``text`` with unstorable characters replaced by U+FFFD."""
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def refuse_unstorable(data: Any) -> None:
    """Raise InvalidInput for unstorable texts in ``data``, which was parsed from JSON.

    The error names the member and its direct member ("answers.<key>") with the text.
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
    """Make the query parameters of the request storable."""
    if request.META.get("QUERY_STRING") and _holds_unstorable(request.GET):
        request.GET = _map_fields(request.GET, make_storable)


def shorten_query(request: HttpRequest, longest: int) -> None:
    """Cut the query parameters of the request to ``longest`` characters."""
    if len(request.META.get("QUERY_STRING", "")) > longest:
        request.GET = _map_fields(request.GET, lambda text: text[:longest])


def clean_form(request: HttpRequest) -> None:
    """Make the form fields of the request storable.

    Browsers send no lone surrogates, but a client may use an encoding that has them (UTF-7).
    """
    if _holds_unstorable(request.POST):
        request.POST = _map_fields(request.POST, make_storable)


def clean_json(request: HttpRequest) -> None:
    """Make the texts in JSON fields of an editor's form storable.

    In rich text browsers send half of an emoji as an escape sequence.
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
    freeze_query(changed)
    return changed
