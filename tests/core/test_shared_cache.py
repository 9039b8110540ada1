"""The cache that may be away: what is counted, what is forgotten, what is made up for."""

import socket
import threading
import time

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from cx_feedback.core.caching import cache_backends, circuit_breaker, deadlines
from cx_feedback.core.caching.shared_cache import SharedCache


class Far:
    """A cache behind a network, which may be away; in a thread of ``deadlines``."""

    is_away = False

    def __init__(self, location, params):
        self._kept = LocMemCache("far", {})

    def __getattr__(self, name):
        if Far.is_away:
            raise OSError("away")
        return getattr(self._kept, name)


@pytest.fixture
def far(settings, monkeypatch):
    # What is away says so at once; a busy machine must not look like it.
    monkeypatch.setattr(cache_backends, "PATIENCE", 30)
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.Far"}}
    made = SharedCache()
    made.clear()
    yield made
    Far.is_away = False


@pytest.fixture
def away(far):
    """A function that takes the cache away, or brings it back."""

    def away(is_away=True):
        Far.is_away = is_away
        far.breaker.succeeded()

    return away


def test_a_near_cache_is_asked_as_it_is(settings):
    cache = SharedCache()
    cache.set("a", 1, 60)
    assert caches["default"].get("a") == 1
    with cache.in_place_of_the_sites():
        assert isinstance(caches["default"], LocMemCache)


def test_a_far_cache_answers_as_djangos_do(far):
    assert far.get("a", 7) == 7
    far.set("a", 1, 60)
    assert (far.get("a"), far.add("a", 2), far.incr("a"), far.add("b", 5)) == (1, False, 2, True)
    assert far.get_many(["a", "b", "c"]) == {"a": 2, "b": 5}
    assert far.set_many({"c": 3}) == []
    assert far.touch("c", 60)
    assert far.delete("c")
    assert far.get("c") is None
    with pytest.raises(ValueError, match="not found"):
        far.incr("c")
    assert not far.breaker.is_open


def test_without_it_nothing_is_found_and_this_process_counts(far, away):
    far.set("a", 1, 60)
    away()
    assert far.get("a", 7) == 7
    assert (far.get_many(["a"]), far.set_many({"a": 2}), far.touch("a")) == ({}, [], False)
    assert far.breaker.is_open
    assert [far.add("n", 1, 60), far.add("n", 1, 60)] == [True, False]
    assert [far.incr("n"), far.incr("n")] == [2, 3]
    with pytest.raises(ValueError, match="not found"):
        far.incr("unknown")


def test_what_was_to_be_forgotten_is_forgotten_when_it_is_back(far, away):
    far.set("page", "public", None)
    far.renew("generation")
    first = far.get("generation")
    away()
    far.get("page")
    far.delete("page")
    far.renew("generation")
    away(False)
    assert far.get("page") is None
    assert far.get("generation") not in (None, first)


def test_everything_in_an_act_uses_it(far):
    with far.in_place_of_the_sites():
        assert caches["default"] is far
        with far.in_place_of_the_sites():
            caches["default"].set("a", 1)
        assert caches["default"] is far
    assert isinstance(caches["default"], Far)
    assert far.get("a") == 1


def test_redis_gets_short_timeouts_whatever_the_site_asked_for(monkeypatch):
    redis = "django.core.cache.backends.redis.RedisCache"
    made = cache_backends.create_bounded_backend(
        {
            "BACKEND": redis,
            "LOCATION": "rediss://127.0.0.1:1/0?socket_timeout=30",
            "KEY_PREFIX": "own",
            "OPTIONS": {"retry_on_timeout": True, "socket_connect_timeout": 0.01},
        }
    )
    pool = made._cache._get_connection_pool(write=True)
    kwargs = pool.connection_kwargs
    assert (kwargs["socket_timeout"], kwargs["socket_connect_timeout"]) == (0.08, 0.01)
    assert "retry_on_timeout" not in kwargs
    assert made.key_prefix == "own"
    unix = cache_backends.create_bounded_backend(
        {"BACKEND": redis, "LOCATION": "unix:///nowhere.sock"}
    )
    with pytest.raises(Exception, match="nowhere"):
        unix.get("a")


def test_a_name_is_looked_up_within_bounds(monkeypatch):
    cache_backends.resolve_host("127.0.0.1")
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args: over.wait(60))
    begun = time.monotonic()
    try:
        with pytest.raises(TimeoutError):
            cache_backends.resolve_host("cache.example")
        assert time.monotonic() - begun < 10
    finally:
        over.set()


def test_threads_that_hang_are_bounded(monkeypatch):
    monkeypatch.setattr(deadlines, "_workers", deadlines.Workers())
    over = threading.Event()
    for _number in range(deadlines.WORKERS):
        with pytest.raises(TimeoutError):
            deadlines.run_within(0.001, lambda: over.wait(60))
    with pytest.raises(TimeoutError, match="Too many"):
        deadlines.run_within(30, lambda: 1)
    over.set()
    end = time.monotonic() + 30
    while len(deadlines._workers._idle) < deadlines.WORKERS and time.monotonic() < end:
        time.sleep(0.01)
    assert deadlines.run_within(30, lambda: 1) == 1
    with pytest.raises(ZeroDivisionError):
        deadlines.run_within(30, lambda: 1 / 0)


def test_an_open_breaker_lets_one_try(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(circuit_breaker.time, "monotonic", lambda: now)
    breaker = circuit_breaker.CircuitBreaker(5)
    assert breaker.allows()
    breaker.failed()
    now += 4.9
    assert not breaker.allows()
    now += 0.2
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.succeeded()
    assert breaker.allows()
    assert not breaker.is_open
