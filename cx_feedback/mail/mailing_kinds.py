"""What the mailings of the ledger are called, and what an early start means to them.

The rooms that post say so: ``register("rule", describe)`` in a room's ``ready()`` names the
mailings ``"rule:<id>"``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

#: Takes the parts behind the colon, returns the name of each that is known.
GetNames = Callable[[list[str]], dict[str, str]]

#: Takes the part behind the colon of a mailing whose rest is about to go out at once.
OnStartNow = Callable[[str], None]

_name_getters: dict[str, GetNames] = {}
_start_now_handlers: dict[str, OnStartNow] = {}


def register_mailing_kind(
    kind: str, describe: GetNames, send_now: OnStartNow | None = None
) -> None:
    """Let ``describe`` name the mailings whose word before the colon is ``kind``.

    ``send_now`` is told, in the transaction, when an editor lets what waits of one go out now.
    """
    _name_getters[kind] = describe
    if send_now:
        _start_now_handlers[kind] = send_now


def notify_start_now(mailing: str) -> None:
    """Tell the room of ``mailing`` that what waits of it goes out now."""
    kind, _colon, rest = mailing.partition(":")
    if kind in _start_now_handlers:
        _start_now_handlers[kind](rest)


def get_mailing_names(mailings: Iterable[str]) -> dict[str, str]:
    """Return a name for each mailing, the mailing itself where nobody knows a better one."""
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
