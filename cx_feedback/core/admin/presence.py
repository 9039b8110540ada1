"""Colleagues who have the same thing open on a screen of the admin, or write about it.

Kept in the shared cache, not in a table: it is worth nothing after ``SECONDS``, a site would write
it more often than anything else, and no decision rests on it. Without a cache that all processes
share, editors see the colleagues whose requests the same process answers.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.people.account_names import admin_name

#: Seconds after which a colleague who sends nothing is no longer shown.
SECONDS = 20


@dataclass(frozen=True, order=True)
class Colleague:
    """An editor who has something open, and whether they write about it."""

    name: str
    is_writing: bool = False


#: Colleagues by account ID, each with the time until which they are shown.
_Present = dict[Any, tuple[Colleague, float]]


def record_presence(
    user: Any, at: int | None, shown: Iterable[int], *, kind: str, is_writing: bool = False
) -> dict[int, list[Colleague]]:
    """Record that ``user`` has the object ``at`` open, and return who else has one of ``shown``.

    ``kind`` says what the ids are of. Costs two calls of the cache; two editors who begin at the
    same moment may overwrite each other's entry until the next request.
    """
    keys = {_get_key(kind, pk): pk for pk in shown}
    found: dict[str, _Present] = cache.get_many(list(keys))
    now = time.time()
    present = {keys[key]: _drop_expired(entry, now) for key, entry in found.items()}
    if at is not None:
        own = {user.pk: (Colleague(admin_name(user), is_writing), now + SECONDS)}
        cache.set(_get_key(kind, at), {**present.get(at, {}), **own}, SECONDS)
    colleagues = {
        pk: sorted(one for account, (one, _until) in entry.items() if account != user.pk)
        for pk, entry in present.items()
    }
    return {pk: who for pk, who in colleagues.items() if who}


def describe_presence(colleagues: Iterable[Colleague]) -> str:
    """Return who is looking and who is writing, in sentences."""
    people = list(colleagues)
    writing = [one.name for one in people if one.is_writing]
    looking = [one.name for one in people if not one.is_writing]
    sentences = []
    if len(writing) > 1:
        sentences.append(_("%(names)s and %(last)s are writing here.") % _join_names(writing))
    elif writing:
        sentences.append(_("%s is writing here.") % writing[0])
    if len(looking) > 1:
        sentences.append(_("%(names)s and %(last)s are looking at this.") % _join_names(looking))
    elif looking:
        sentences.append(_("%s is looking at this.") % looking[0])
    return " ".join(sentences)


def _join_names(names: list[str]) -> dict[str, str]:
    return {"names": ", ".join(names[:-1]), "last": names[-1]}


def _drop_expired(entry: _Present, now: float) -> _Present:
    return {account: value for account, value in entry.items() if value[1] > now}


def _get_key(kind: str, object_id: int) -> str:
    return f"cx:looking:{kind}:{object_id}"
