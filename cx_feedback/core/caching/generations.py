"""Groups of cached values that can be invalidated together in every process.

A generation is a token in the shared cache. A cached value is valid only while the token is the
one that was read before the value was looked up. A generation ends twice, at once and after the
commit: a process that looks up the old state in between caches it under a token that ends soon.
"""

import uuid
from typing import Any

from django.db import transaction

from cx_feedback.core.caching.shared_cache import cache


class Generation:
    """A group of cached values; ``name`` is the same in every process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._key = f"cx:generation:{name}"

    @property
    def current(self) -> str:
        """Return the current token, "" if the cache stores nothing."""
        return cache.get(self._key) or self._begin()

    def recall(self, key: str) -> tuple[Any, str]:
        """Return the value cached under ``key``, or None, and the token for ``keep``."""
        found = cache.get_many([self._key, key])
        token = found.get(self._key) or self._begin()
        kept = found.get(key)
        return (kept[1] if kept and kept[0] == token else None), token

    def keep(self, key: str, value: Any, token: str, seconds: float) -> None:
        """Cache ``value``, which was looked up after ``recall`` returned ``token``."""
        if token:
            cache.set(key, (token, value), seconds)

    def end(self, **kwargs: Any) -> None:
        """Invalidate all values, now and again after the commit; a receiver of signals."""
        self._renew()
        transaction.on_commit(self._renew)

    def _renew(self) -> None:
        cache.renew(self._key)

    def _begin(self) -> str:
        cache.add(self._key, uuid.uuid4().hex, None)
        return cache.get(self._key) or ""
