"""The cache of the site, bounded in time, so that no act waits for it or fails because of it.

Every room uses this ``cache`` instead of ``django.core.cache.cache``. Caches in the process or in
the database are called directly. A cache behind a network must respond within
``cache_backends.PATIENCE``. If it doesn't, it isn't called for ``PAUSE`` seconds: lookups then
find nothing, and counters count in the memory of this process.
"""

import logging
import pickle
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache

from cx_feedback.core.caching import cache_backends
from cx_feedback.core.caching.circuit_breaker import CircuitBreaker

logger = logging.getLogger(__name__)

#: Seconds for which a cache that failed is not called.
PAUSE = 5.0
#: The most keys that are deleted or renewed once the cache is back.
OVERDUE = 10_000
#: Exceptions that are faults of the caller, not of the cache.
_OUR_FAULTS = (ValueError, TypeError, AttributeError, pickle.PickleError)
#: Whether a cache in memory stands in for that of the site (``set_aside``).
_is_set_aside: ContextVar[bool] = ContextVar("cx_cache_set_aside", default=False)


class SharedCache(BaseCache):
    """Django's cache interface to the site's cache ``alias``, bounded and fail-safe."""

    def __init__(self, alias: str = DEFAULT_CACHE_ALIAS) -> None:
        super().__init__({})
        self.alias = alias
        self.breaker = CircuitBreaker(PAUSE)
        self._made_of: Any = None
        self._bounded: Any = None
        #: The backend of a cache in the process.
        self._near: Any = None
        #: Overdue invalidations by key, for when the cache is back.
        self._overdue: dict[Any, tuple[str, tuple[Any, ...], int | None]] = {}
        self._memory = LocMemCache(
            "cx-while-the-cache-is-away", {"OPTIONS": {"MAX_ENTRIES": 10_000}}
        )

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version=version, otherwise=lambda: default)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._ask("set", key, value, timeout, version=version, otherwise=lambda: None)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        found: dict[Any, Any] = self._ask("get_many", keys, version=version, otherwise=dict)
        return found

    def set_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        found: list[Any] = self._ask("set_many", data, timeout, version=version, otherwise=list)
        return found

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Store ``value`` unless the key exists; without the cache, in this process only."""
        alone = lambda: self._memory.add(key, value, timeout, version=version)  # noqa: E731
        found: bool = self._ask("add", key, value, timeout, version=version, otherwise=alone)
        return found

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Increment a counter; raises ValueError for a missing key, like Django's caches."""
        alone = lambda: self._memory.incr(key, delta, version=version)  # noqa: E731
        found: int = self._ask("incr", key, delta, version=version, otherwise=alone)
        return found

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Delete ``key``, as soon as the cache is back."""
        owe = lambda: self._owe(key, "delete", (), version)  # noqa: E731
        found: bool = self._ask("delete", key, version=version, otherwise=owe)
        return found

    def renew(self, key: str) -> None:
        """Set ``key`` to a new unique value, as soon as the cache is back."""
        values = (uuid.uuid4().hex, None)
        owe = lambda: self._owe(key, "set", values, None)  # noqa: E731
        self._ask("set", key, *values, otherwise=owe)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        found: bool = self._ask("touch", key, timeout, version=version, otherwise=bool)
        return found

    def clear(self) -> None:
        self._memory.clear()
        self._ask("clear", otherwise=lambda: None)

    @contextmanager
    def in_place_of_the_sites(self) -> Iterator[None]:
        """Use this cache for everything in this thread within the block, including Wagtail.

        Does nothing if the site's own cache can't hang.
        """
        if self._find() is None or _is_set_aside.get() or caches[self.alias] is self:
            yield
            return
        sites = caches[self.alias]
        caches[self.alias] = self
        try:
            yield
        finally:
            caches[self.alias] = sites

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Use an empty cache in memory in this thread within the block, Wagtail and Django too.

        What is stored in a transaction that is rolled back doesn't reach the site's cache.
        """
        sites, stand_in = caches[self.alias], LocMemCache("cx-set-aside", {})
        stand_in.clear()
        token = _is_set_aside.set(True)
        caches[self.alias] = stand_in
        try:
            yield
        finally:
            caches[self.alias] = sites
            _is_set_aside.reset(token)
            stand_in.clear()

    def _find(self) -> Any:
        """Return the bounded copy of the site's cache; None if it is called directly."""
        configured = settings.CACHES.get(self.alias)
        if configured is not self._made_of:
            self._made_of = configured
            self._bounded = self._near = None
            if configured:
                self._bounded = cache_backends.create_bounded_backend(configured)
                self._near = cache_backends.create_near_backend(configured)
            self._overdue.clear()
            self.breaker.succeeded()
        return self._bounded

    def _ask(self, method: str, *args: Any, otherwise: Callable[[], Any], **kwargs: Any) -> Any:
        backend = self._find()
        if _is_set_aside.get():
            return getattr(caches[self.alias], method)(*args, **kwargs)
        if backend is None:
            return getattr(self._near or caches[self.alias], method)(*args, **kwargs)
        if not self.breaker.allows():
            return otherwise()
        try:
            if self._overdue:
                self._make_up(backend)
            found = getattr(backend, method)(*args, **kwargs)
        except _OUR_FAULTS:
            raise
        except Exception as error:
            self._leave_alone(error)
            return otherwise()
        self.breaker.succeeded()
        return found

    def _owe(self, key: Any, method: str, args: tuple[Any, ...], version: int | None) -> bool:
        if len(self._overdue) < OVERDUE:
            self._overdue[key] = (method, args, version)
        return False

    def _make_up(self, backend: Any) -> None:
        while self._overdue:
            key, (method, args, version) = next(iter(self._overdue.items()))
            getattr(backend, method)(key, *args, version=version)
            self._overdue.pop(key, None)

    def _leave_alone(self, error: Exception) -> None:
        self.breaker.failed()
        # With new connections next time, whose host names are resolved within bounds.
        self._bounded = cache_backends.create_bounded_backend(self._made_of)
        logger.warning(
            "The cache does not answer (%s); it is not asked for %d s", error, self.breaker.pause
        )


cache = SharedCache()
