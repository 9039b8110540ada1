"""Which comments moderators are looking at, for their colleagues.

Kept in the shared cache, not in a table: it is worth nothing after ``SECONDS``, a site would write
it more often than anything else, and no decision rests on it. Without a cache that all processes
share, moderators see the colleagues whose requests the same process answers.
"""

import time
from collections.abc import Iterable
from typing import Any

from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.people.account_names import admin_name

#: Seconds after which a moderator who sends nothing is no longer shown.
SECONDS = 20

#: Names by account ID, each with the time until which it is shown.
_Present = dict[Any, tuple[str, float]]


def record_presence(user: Any, at: int | None, shown: Iterable[int]) -> dict[int, list[str]]:
    """Record that ``user`` looks at the comment ``at``, and return who else looks at ``shown``.

    Costs two calls of the cache; two moderators who begin at the same moment may overwrite each
    other's entry until the next request.
    """
    keys = {_get_key(pk): pk for pk in shown}
    found: dict[str, _Present] = cache.get_many(list(keys))
    now = time.time()
    present = {keys[key]: _drop_expired(entry, now) for key, entry in found.items()}
    if at is not None:
        own = {user.pk: (admin_name(user), now + SECONDS)}
        cache.set(_get_key(at), {**present.get(at, {}), **own}, SECONDS)
    names = {
        pk: sorted(name for account, (name, _until) in entry.items() if account != user.pk)
        for pk, entry in present.items()
    }
    return {pk: who for pk, who in names.items() if who}


def _drop_expired(entry: _Present, now: float) -> _Present:
    return {account: value for account, value in entry.items() if value[1] > now}


def _get_key(comment_id: int) -> str:
    return f"cx:comments:looking:{comment_id}"
