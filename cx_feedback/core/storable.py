"""What no database keeps: zeros and halves of surrogate pairs.

A program that sends them by JSON is told in which field. In forms and addresses they become
U+FFFD, as browsers write halves themselves: the reader's words come back all the same.
"""

import re
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
        words = _("This holds a character that is no text, half of an emoji say: take it out.")
        raise InvalidInput(fields={name: [words] for name in sorted(found)})


def clean_query(request: HttpRequest) -> None:
    """Make the request's query storable."""
    if "%00" in request.META.get("QUERY_STRING", ""):
        request.GET = _storable(request.GET)


def clean_form(request: HttpRequest) -> None:
    """Make the fields of the request's form storable."""
    if any("\0" in text for name, values in request.POST.lists() for text in (name, *values)):
        request.POST = _storable(request.POST)


def _storable(fields: QueryDict) -> Any:
    clean = QueryDict(mutable=True, encoding=fields.encoding)
    for name, values in fields.lists():
        clean.setlist(make_storable(name), [make_storable(str(value)) for value in values])
    clean._mutable = False
    return clean
