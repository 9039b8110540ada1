"""The databases: their tables, their locks and their clock; and the time zones of tasks."""

import datetime
from collections.abc import Iterator

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import connections, router
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import cx_feedback
from cx_feedback.core.background.task_publisher import has_broker
from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.registry import Examination

#: The difference between the clocks of this machine and of the database that is not mentioned.
MAX_SKEW = datetime.timedelta(seconds=30)

NOT_MIGRATED = Problem(
    "not-migrated",
    Level.ERROR,
    _("The database %(alias)s lacks migrations of ours: %(names)s."),
    "python manage.py migrate --database $alias",
    "docs/how-to/upgrading.md",
)
SQLITE_LOCKS = Problem(
    "sqlite-locks",
    Level.WARNING,
    _(
        "SQLite (%(alias)s) takes its lock in the middle of a transaction: with several "
        "processes or threads some acts of readers end with “database is locked”."
    ),
    'DATABASES["$alias"]["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE", '
    '"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"}',
    "docs/how-to/databases.md",
)
CLOCK_SKEW = Problem(
    "clock-skew",
    Level.WARNING,
    _(
        "The clocks of this machine and of the database %(alias)s differ by %(seconds)s seconds: "
        "mails go too early or too late."
    ),
    "sudo timedatectl set-ntp true",
)
CELERY_TIME_ZONE = Problem(
    "celery-time-zone",
    Level.WARNING,
    _(
        "Celery's time zone is %(celery)s, that of the site %(site)s: nightly jobs run at "
        "another hour."
    ),
    "CELERY_TIMEZONE = TIME_ZONE",
)


def get_write_aliases() -> list[str]:
    """Return the databases to which anything is written by an installed app."""
    return sorted({router.db_for_write(model) for model in apps.get_models()})


def get_own_aliases() -> list[str]:
    """Return the databases with tables of ours."""
    ours = [one for one in apps.get_app_configs() if one.name in cx_feedback.ROOMS]
    return sorted({router.db_for_write(model) for one in ours for model in one.get_models()})


def examine_databases() -> Iterator[Finding]:
    """Yield what is wrong with the databases that hold our tables."""
    labels = {one.label for one in apps.get_app_configs() if one.name in cx_feedback.ROOMS}
    for alias in get_own_aliases():
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        names = [f"{one.app_label}.{one.name}" for one, _back in plan if one.app_label in labels]
        if names:
            yield NOT_MIGRATED.build_finding(alias=alias, names=", ".join(names[:5]))
        yield from _examine_locks(alias)
        yield from _examine_clock(alias)


def _examine_locks(alias: str) -> Iterator[Finding]:
    connection = connections[alias]
    options = connection.settings_dict.get("OPTIONS") or {}
    mode = str(options.get("transaction_mode") or "").upper()
    if connection.vendor == "sqlite" and mode not in ("IMMEDIATE", "EXCLUSIVE"):
        yield SQLITE_LOCKS.build_finding(alias=alias)


def _examine_clock(alias: str) -> Iterator[Finding]:
    if connections[alias].vendor != "postgresql":
        return  # its clock is that of this machine
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    skew = abs(there - timezone.now())
    if skew > MAX_SKEW:
        yield CLOCK_SKEW.build_finding(alias=alias, seconds=round(skew.total_seconds()))


def examine_time_zone() -> Iterator[Finding]:
    """Yield a time zone of Celery other than that of the site."""
    if not has_broker(current_app):
        return
    theirs = str(current_app.timezone)
    if theirs != settings.TIME_ZONE:
        yield CELERY_TIME_ZONE.build_finding(celery=theirs, site=settings.TIME_ZONE)


DATABASES = Examination(
    "database",
    _("Database"),
    examine_databases,
    (NOT_MIGRATED, SQLITE_LOCKS, CLOCK_SKEW),
    seconds=10.0,
)
TIME_ZONE = Examination("time-zone", _("Time zone"), examine_time_zone, (CELERY_TIME_ZONE,))
