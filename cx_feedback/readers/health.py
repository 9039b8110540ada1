"""The work in the background: a Celery worker with beat, or cron, does it."""

import datetime
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cx_feedback.core.background.task_publisher import has_broker
from cx_feedback.core.caching.deadlines import Workers, run_within
from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.registry import Examination
from cx_feedback.core.pages.site_time import format_moment
from cx_feedback.core.schedule import beat_schedule
from cx_feedback.readers.background import jobs

#: Time without any job after which nobody works: the most frequent jobs run each minute.
SILENT_AFTER = datetime.timedelta(minutes=15)
#: Seconds in which workers have to answer.
PATIENCE = 2.0

_workers = Workers(most=2)

#: Without its output, which cron would mail each minute.
CRON_LINE = "* * * * * cd $base_dir && $python manage.py cx_work --verbosity 0"
BEAT_LINE = (
    "app.conf.beat_schedule = {**app.conf.beat_schedule, **beat_schedule()}  "
    "# celery.py, with: from cx_feedback.core.schedule import beat_schedule"
)

NO_WORKER = Problem(
    "no-worker",
    Level.ERROR,
    _(
        "No Celery worker answers, and no job of ours has run %(since)s: no mail is sent, and no "
        "reader is scored."
    ),
    "celery -A yoursite worker --beat",
    "docs/how-to/celery.md",
)
NO_CRON = Problem(
    "no-cron",
    Level.ERROR,
    _(
        "The site has no Celery app, and cx_work has not run %(since)s: no mail is sent, and no "
        "reader is scored."
    ),
    CRON_LINE,
    "docs/how-to/without-celery.md",
)
NO_SCHEDULE = Problem(
    "no-schedule",
    Level.ERROR,
    _("Celery's beat schedule lacks our jobs, and none of them has run %(since)s."),
    BEAT_LINE,
    "docs/how-to/celery.md",
)
NO_BEAT = Problem(
    "no-beat",
    Level.WARNING,
    _("A Celery worker answers, but no scheduled job of ours has run %(since)s: start beat."),
    "celery -A yoursite beat",
    "docs/how-to/celery.md",
)
JOB_FAILED = Problem(
    "job-failed",
    Level.ERROR,
    _("The job %(name)s failed when it ran last, %(moment)s: %(error)s."),
    "python manage.py cx_work  # once the reason is gone",
)


def examine_background_work() -> Iterator[Finding]:
    """Yield that nobody runs the scheduled jobs."""
    last_seen = jobs.get_last_seen()
    if last_seen is not None and last_seen > timezone.now() - SILENT_AFTER:
        return
    since = _("since %(moment)s") % {"moment": format_moment(last_seen)} if last_seen else _("yet")
    places = {"base_dir": _find_base_dir(), "python": _find_python()}
    yield _find_cause().build_finding(since=since, **places)


def _find_base_dir() -> str:
    """Return the folder of manage.py as cron needs it, a placeholder if it isn't known."""
    folders = [Path(sys.argv[0]).parent] if Path(sys.argv[0]).name == "manage.py" else []
    if base_dir := getattr(settings, "BASE_DIR", ""):
        folders.append(Path(base_dir))
    found = (folder.absolute() for folder in folders if (folder / "manage.py").is_file())
    return _quote_for_cron(str(next(found, "/path/to/site")))


def _find_python() -> str:
    """Return this Python as cron needs it; within uWSGI ``sys.executable`` is another program."""
    path = Path(sys.executable or "python")
    if not path.name.lower().startswith(("python", "pypy")):
        path = Path(sys.prefix) / "bin/python"
    return _quote_for_cron(str(path))


def _quote_for_cron(path: str) -> str:
    """Quote for the shell and for cron, to which a percent sign is the end of the line."""
    return shlex.quote(path).replace("%", r"\%")


def _find_cause() -> Problem:
    if not has_broker(current_app):
        return NO_CRON
    known = {entry.get("task") for entry in (current_app.conf.beat_schedule or {}).values()}
    if not known & {entry["task"] for entry in beat_schedule().values()}:
        return NO_SCHEDULE
    return NO_BEAT if _has_worker() else NO_WORKER


def _has_worker() -> bool:
    """Return whether a worker answers in time; without a broker none does."""
    inspect = current_app.control.inspect(timeout=PATIENCE / 2)
    try:
        return bool(run_within(PATIENCE, inspect.ping, _workers))
    except Exception:  # whatever a transport raises
        return False


def examine_jobs() -> Iterator[Finding]:
    """Yield the jobs whose newest run failed."""
    for run in jobs.get_failed_jobs():
        moment = format_moment(run.started_at)
        yield JOB_FAILED.build_finding(name=run.name, moment=moment, error=run.error)


EXAMINATIONS = (
    Examination(
        "worker",
        _("Worker or cron"),
        examine_background_work,
        (NO_WORKER, NO_CRON, NO_SCHEDULE, NO_BEAT),
    ),
    Examination("jobs", _("Jobs in the background"), examine_jobs, (JOB_FAILED,)),
)
