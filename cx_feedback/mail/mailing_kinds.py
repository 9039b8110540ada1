"""The kinds of mailings, which other rooms register with the names of their mailings.

A room calls ``register_mailing_kind("rule", get_names)`` in ``ready()`` to name the mailings
``"rule:<id>"``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

#: Takes the parts after the colon and returns the names of those that are known.
GetNames = Callable[[list[str]], dict[str, str]]

#: Takes the part after the colon of a mailing that an editor starts now.
OnStartNow = Callable[[str], None]

_name_getters: dict[str, GetNames] = {}
_start_now_handlers: dict[str, OnStartNow] = {}


def register_mailing_kind(
    kind: str, get_names: GetNames, on_start_now: OnStartNow | None = None
) -> None:
    """Register ``get_names`` for the mailings ``"<kind>:<id>"``.

    ``on_start_now`` is called when an editor starts such a mailing now, in the same transaction.
    """
    _name_getters[kind] = get_names
    if on_start_now:
        _start_now_handlers[kind] = on_start_now


def notify_start_now(mailing: str) -> None:
    """Notify the room of ``mailing`` that its waiting deliveries are sent now."""
    kind, _colon, rest = mailing.partition(":")
    if kind in _start_now_handlers:
        _start_now_handlers[kind](rest)


def get_mailing_names(mailings: Iterable[str]) -> dict[str, str]:
    """Return the name of each mailing, which is the mailing itself if none is registered."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    names = {}
    for mailing in mailings:
        kind, _colon, rest = mailing.partition(":")
        names[mailing] = mailing
        by_kind[kind].add(rest)
    for kind, rests in by_kind.items():
        known = _name_getters[kind](sorted(rests)) if kind in _name_getters else {}
        names |= {f"{kind}:{rest}": name for rest, name in known.items()}
    return names
