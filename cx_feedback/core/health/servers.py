"""The cache and the broker: whether they answer, and in time."""

import uuid
from collections.abc import Iterator

from celery import current_app
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.dummy import DummyCache
from django.utils.translation import gettext_lazy as _

from cx_feedback.core.background.task_publisher import has_broker
from cx_feedback.core.caching.deadlines import Workers, run_within
from cx_feedback.core.health.failure_words import locate_failure
from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.registry import Examination

#: Seconds that a server has to answer.
PATIENCE = 2.0
#: Transports that hand tasks to nobody else.
OWN_TRANSPORTS = ("memory",)

_workers = Workers(most=4)

CACHE_AWAY = Problem(
    "cache-away",
    Level.ERROR,
    _("The cache %(backend)s does not keep what is stored in it: %(reason)s."),
    'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", '
    '"LOCATION": "redis://127.0.0.1:6379/1", "OPTIONS": {"socket_timeout": 1, '
    '"socket_connect_timeout": 1}}}',
)
BROKER_AWAY = Problem(
    "broker-away",
    Level.ERROR,
    _(
        "The broker %(url)s does not answer within two seconds (%(reason)s): results come late, "
        "and mails wait until a scheduled job finds them."
    ),
    'CELERY_BROKER_URL = "redis://127.0.0.1:6379/0"',
)
BROKER_IN_MEMORY = Problem(
    "broker-in-memory",
    Level.ERROR,
    _("The broker %(url)s is in the memory of one process: no worker gets a task."),
    'CELERY_BROKER_URL = "redis://127.0.0.1:6379/0"',
)


def examine_cache() -> Iterator[Finding]:
    """Yield that a value that was stored can't be read."""
    cache = caches[DEFAULT_CACHE_ALIAS]
    if isinstance(cache, DummyCache):
        return  # check W003 says so
    key, value = f"cx:doctor:{uuid.uuid4().hex}", uuid.uuid4().hex

    def store_and_read() -> bool:
        cache.set(key, value, 60)
        found: bool = cache.get(key) == value
        cache.delete(key)
        return found

    try:
        reason = "" if run_within(PATIENCE, store_and_read, _workers) else str(_("it is gone"))
    except Exception as error:  # whatever a client raises
        reason = locate_failure(error)
    if reason:
        yield CACHE_AWAY.build_finding(backend=type(cache).__name__, reason=reason)


def examine_broker() -> Iterator[Finding]:
    """Yield that Celery's broker doesn't answer, on a site with Celery."""
    if not has_broker(current_app) or current_app.conf.task_always_eager:
        return
    connection = current_app.connection_for_write(connect_timeout=PATIENCE)
    url = connection.as_uri()  # without the password
    if connection.get_transport_cls().driver_type in OWN_TRANSPORTS:
        yield BROKER_IN_MEMORY.build_finding(url=url)
        return
    try:
        run_within(PATIENCE, lambda: _connect(connection), _workers)
    except Exception as error:  # whatever a transport raises
        yield BROKER_AWAY.build_finding(url=url, reason=locate_failure(error))


def _connect(connection: object) -> None:
    with connection:  # type: ignore[attr-defined]
        connection.ensure_connection(max_retries=1, interval_start=0)  # type: ignore[attr-defined]


CACHE = Examination("cache", _("Cache"), examine_cache, (CACHE_AWAY,))
BROKER = Examination(
    "broker", _("Broker of the tasks"), examine_broker, (BROKER_AWAY, BROKER_IN_MEMORY)
)
