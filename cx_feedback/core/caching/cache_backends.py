"""A bounded copy of the site's cache: the same server and keys with shorter timeouts."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.utils.module_loading import import_string

from cx_feedback.core.caching.deadlines import run_within

#: Seconds that a call may take. An act makes several calls, but gives up after the first failure.
PATIENCE = 0.08

#: Backends in the process, on its disk or in the database, which every act waits for anyway.
NEAR = (LocMemCache, DummyCache, FileBasedCache, BaseDatabaseCache)


def create_bounded_backend(configured: Mapping[str, Any]) -> Any:
    """Return a bounded backend for an entry of CACHES, None for a backend that needs no bound.

    Django's Redis cache gets socket timeouts, which cost nothing. Any other backend runs in a
    thread, for which the caller waits only so long.
    """
    params = dict(configured)
    backend = import_string(params.pop("BACKEND"))
    location = params.pop("LOCATION", "")
    if issubclass(backend, NEAR):
        return None
    if issubclass(backend, RedisCache):
        options = dict(params.get("OPTIONS") or {})
        options["pool_class"] = _bounded_pool(options.get("pool_class"))
        return backend(location, {**params, "OPTIONS": options})
    return ThreadedBackend(lambda: backend(location, params))


def create_near_backend(configured: Mapping[str, Any]) -> Any:
    """Return a backend over the same memory for Django's cache in the process, else None.

    All threads share it, and it takes keys without a look at their characters: Django looks at each
    key of each call for what Memcached refuses, and finds the cache of its thread anew.
    """
    params = dict(configured)
    if import_string(params.pop("BACKEND")) is not LocMemCache:
        return None
    return _PlainKeys(params.pop("LOCATION", ""), params)


class _PlainKeys(LocMemCache):
    def validate_key(self, key: str) -> None:
        """Accept every key."""


class ThreadedBackend:
    """A cache whose methods run in threads of ``deadlines``."""

    def __init__(self, make: Callable[[], BaseCache]) -> None:
        self._make = make
        # One client per thread, like in Django: not every client is thread-safe.
        self._made = threading.local()

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return run_within(PATIENCE, lambda: getattr(self._own(), method)(*args, **kwargs))

        return call

    def _own(self) -> BaseCache:
        if not hasattr(self._made, "cache"):
            self._made.cache = self._make()
        made: BaseCache = self._made.cache
        return made


def _bounded_pool(named: Any) -> type:
    """Return the site's class of connection pools, or that of redis-py, with timeouts."""
    import redis

    base = import_string(named) if isinstance(named, str) else named or redis.ConnectionPool

    class BoundedPool(base):  # type: ignore[misc,valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            asked = self.connection_kwargs  # including the options in the URL
            for name in ("retry", "retry_on_error", "retry_on_timeout"):
                asked.pop(name, None)
            names = ("socket_timeout",) if "path" in asked else _SOCKETS
            asked.update({name: min(asked.get(name) or PATIENCE, PATIENCE) for name in names})
            if hasattr(self, "timeout"):  # a pool that waits for a free connection
                self.timeout: float = min(getattr(self, "timeout", 0) or PATIENCE, PATIENCE)

        def make_connection(self) -> Any:
            resolve_host(self.connection_kwargs.get("host", ""))
            return super().make_connection()

    return BoundedPool


_SOCKETS = ("socket_timeout", "socket_connect_timeout")


def resolve_host(host: str) -> None:
    """Raise TimeoutError if resolving ``host`` takes too long, which socket timeouts don't cover.

    The result is not used. The client resolves the name again, from the resolver's cache.
    """
    try:
        ipaddress.ip_address(host or "127.0.0.1")
    except ValueError:
        run_within(PATIENCE, lambda: socket.getaddrinfo(host, None))
