"""The twin of a site's cache that answers in time: the same server and keys, shorter patience."""

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

#: Seconds that one call may take: an act, which makes several, gives up after the first.
PATIENCE = 0.08

#: In the process, on its disk or in the database, which every act waits for.
NEAR = (LocMemCache, DummyCache, FileBasedCache, BaseDatabaseCache)


def create_bounded_backend(configured: Mapping[str, Any]) -> Any:
    """Return a backend for an entry of CACHES that answers in time, None for one that is near.

    Django's Redis cache gets timeouts for its sockets, which cost nothing. Any other runs in a
    thread that nobody waits for longer.
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


class ThreadedBackend:
    """A cache whose every method runs in a thread of ``deadlines``."""

    def __init__(self, make: Callable[[], BaseCache]) -> None:
        self._make = make
        # As Django has it: not every client may be shared by threads.
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
    """Return the site's class of connection pools, or redis-py's, with timeouts."""
    import redis

    base = import_string(named) if isinstance(named, str) else named or redis.ConnectionPool

    class BoundedPool(base):  # type: ignore[misc,valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            asked = self.connection_kwargs  # with what the address itself asked for
            for name in ("retry", "retry_on_error", "retry_on_timeout"):
                asked.pop(name, None)
            names = ("socket_timeout",) if "path" in asked else _SOCKETS
            asked.update({name: min(asked.get(name) or PATIENCE, PATIENCE) for name in names})
            if hasattr(self, "timeout"):  # of a pool that waits for a free connection
                self.timeout: float = min(getattr(self, "timeout", 0) or PATIENCE, PATIENCE)

        def make_connection(self) -> Any:
            resolve_host(self.connection_kwargs.get("host", ""))
            return super().make_connection()

    return BoundedPool


_SOCKETS = ("socket_timeout", "socket_connect_timeout")


def resolve_host(host: str) -> None:
    """Raise TimeoutError where the name of ``host`` takes too long: no socket's timeout counts it.

    What was found is not used: the client asks again, and gets what the resolver remembers.
    """
    try:
        ipaddress.ip_address(host or "127.0.0.1")
    except ValueError:
        run_within(PATIENCE, lambda: socket.getaddrinfo(host, None))
