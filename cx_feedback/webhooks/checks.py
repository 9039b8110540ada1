"""System check of a site's events of webhooks. E061: a wrong path, name or payload."""

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.core.checks import CheckMessage, register

from cx_feedback.core import conf
from cx_feedback.core.settings.path_checks import check_paths

#: Stored events have names of at most so many characters.
_MAX_NAME_LENGTH = 40
_WORD = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_PLAIN = (int, float, str, bool, NoneType)


@register("cx_feedback")
def check_event_types(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that each path of ``WEBHOOKS_EVENTS`` leads to an EventType with plain values."""
    return check_paths(
        "WEBHOOKS_EVENTS",
        _find_problems,
        hint="See docs/extending/adding-a-webhook-event.md.",
        check_id="cx_feedback.E061",
    )


def _find_problems(path: Any) -> Iterator[str]:
    from cx_feedback.webhooks.events.event_types import EVENT_TYPES, TEST, load_event_type

    try:
        event = load_event_type(path)
    except (ImportError, TypeError, AttributeError) as error:
        yield str(error)
        return
    if not _is_name(event.name):
        yield (
            f"its name {event.name!r} must be like 'order.paid': at most {_MAX_NAME_LENGTH} small "
            "letters, digits and _, with a dot between a noun and a participle"
        )
    elif event.name in EVENT_TYPES or event.name == TEST.name:
        yield f"its name {event.name!r} is that of a built-in event"
    elif list(_iter_names()).count(event.name) > 1:
        yield f"its name {event.name!r} is that of another event of this setting"
    yield from _find_payload_problems(event.payload)


def _is_name(name: Any) -> bool:
    words = name.split(".") if isinstance(name, str) else []
    good = len(words) > 1 and all(_WORD.fullmatch(word) for word in words)
    return good and len(name) <= _MAX_NAME_LENGTH


def _iter_names() -> Iterator[str]:
    """Yield the names of the site's events, as far as they can be imported."""
    from cx_feedback.webhooks.events.event_types import load_event_type

    for path in conf.get("WEBHOOKS_EVENTS"):
        try:
            yield load_event_type(path).name
        except (ImportError, TypeError, AttributeError):
            continue


def _find_payload_problems(payload: Any) -> Iterator[str]:
    if not (isinstance(payload, type) and is_dataclass(payload)):
        yield "its payload is no dataclass"
        return
    try:
        hints = get_type_hints(payload)
    except NameError as error:
        yield f"the fields of its payload have unknown types ({error})"
        return
    for name, hint in hints.items():
        if not _is_plain(hint):
            yield f"the field {name} of its payload is no plain value or list of them"


def _is_plain(hint: Any) -> bool:
    """Return whether a type is that of plain values, a list of them, or one that may be None."""
    if get_origin(hint) in (UnionType, Union, list):
        return all(_is_plain(part) for part in get_args(hint))
    return hint in _PLAIN
