"""Running the jobs of the beat schedule without Celery, and recording the last run of each.

A job is an entry of ``core.schedule.beat_schedule``. Celery workers and the command ``cx_work``
record its runs in ``JobRun``. The home page of the admin warns if there was none for a day.
"""

import datetime
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from celery import Celery, signals
from celery.schedules import BaseSchedule, maybe_schedule
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from cx_feedback.core.background.task_nudges import get_task, running_nudges
from cx_feedback.core.database import replicas
from cx_feedback.core.schedule import beat_schedule
from cx_feedback.core.text.failure_summary import format_stack, summarize_failure
from cx_feedback.readers.models import JobRun

logger = logging.getLogger(__name__)

#: Time after which a job that has not finished belongs to a process that died.
ABANDONED_AFTER = datetime.timedelta(hours=6)
#: Seconds in which a process records the same job at most once.
NOTE_EVERY = 30.0
ERROR_LENGTH = 300


@dataclass(frozen=True)
class Job:
    """One entry of the beat schedule."""

    name: str
    task: str
    schedule: BaseSchedule

    def is_due(self, last_run: JobRun | None) -> bool:
        """Return whether the job is due; a job that never ran is."""
        if last_run is None:
            return True
        started = timezone.localtime(last_run.started_at, timezone.get_default_timezone())
        return bool(self.schedule.is_due(started).is_due)


def get_jobs() -> list[Job]:
    """Return the jobs of the installed rooms, with hours in the time zone of the site."""
    clock = Celery("cx_feedback.jobs", set_as_current=False)
    clock.conf.timezone = settings.TIME_ZONE
    jobs = []
    for name, entry in beat_schedule().items():
        schedule = maybe_schedule(entry["schedule"], app=clock)
        schedule.app = clock
        jobs.append(Job(name, entry["task"], schedule))
    return jobs


def run_due_jobs() -> Iterator[tuple[str, str]]:
    """Run the jobs that are due and yield (name, error or "") of each."""
    last_runs = {run.name: run for run in JobRun.objects.all()}
    for job in get_jobs():
        last_run = last_runs.get(job.name)
        if job.is_due(last_run) and claim_job(job, last_run):
            yield job.name, run_job(job)


def claim_job(job: Job, last_run: JobRun | None) -> bool:
    """Claim ``job``; return False if another process that saw ``last_run`` was faster."""
    now = timezone.now()
    if last_run is None:
        try:
            with transaction.atomic():
                JobRun.objects.create(name=job.name, started_at=now)
        except IntegrityError:
            return False
        return True
    if last_run.finished_at is None and last_run.started_at > now - ABANDONED_AFTER:
        return False
    seen = JobRun.objects.filter(name=job.name, started_at=last_run.started_at)
    return bool(seen.update(started_at=now, finished_at=None, error=""))


def run_job(job: Job) -> str:
    """Run ``job`` and the tasks it queues, record the end, and return the error or ""."""
    error = ""
    try:
        with running_nudges(), replicas.read_from_primary():
            get_task(job.task)()
    except Exception as failure:  # a failing job must not stop the others
        logger.error("The job %s failed\n%s", job.name, format_stack(failure))
        error = summarize_failure(failure)[:ERROR_LENGTH]
    JobRun.objects.filter(name=job.name).update(finished_at=timezone.now(), error=error)
    return error


class WorkerMonitor:
    """Records the jobs that Celery workers run."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.noted: dict[str, float] = {}

    def connect(self) -> None:
        """Connect to the end of each task in this process."""
        signals.task_postrun.connect(self.note, dispatch_uid="cx_feedback.readers.background.jobs")

    def note(self, task: Any = None, state: str = "", retval: Any = None, **kwargs: Any) -> None:
        """Record that a worker has run a job; tasks that are called directly don't count."""
        if task.request.called_directly or task.request.is_eager:
            return
        if not self.names:
            self.names = {entry["task"]: name for name, entry in beat_schedule().items()}
        name = self.names.get(task.name)
        failed = state == "FAILURE" and isinstance(retval, BaseException)
        error = summarize_failure(retval)[:ERROR_LENGTH] if failed else ""
        moment = time.monotonic()
        if name is None or (not error and moment - self.noted.get(name, -NOTE_EVERY) < NOTE_EVERY):
            return
        self.noted[name] = moment
        now = timezone.now()
        try:
            JobRun.objects.update_or_create(
                name=name, defaults={"started_at": now, "finished_at": now, "error": error}
            )
        except DatabaseError:
            logger.warning("Could not note that %s has run", name)


worker_monitor = WorkerMonitor()


def get_last_seen() -> datetime.datetime | None:
    """Return the moment of the last run of any job, None if there was none."""
    return JobRun.objects.order_by("-started_at").values_list("started_at", flat=True).first()


def get_failed_jobs() -> list[JobRun]:
    """Return the jobs whose newest run ended with an error."""
    return list(JobRun.objects.exclude(error="").order_by("name"))
