import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from cx_feedback.core.database import replicas
from cx_feedback.readers.background import jobs

#: Seconds between two checks for due jobs.
PAUSE = 5.0


class Command(BaseCommand):
    help = (
        "Run every job of the beat schedule that is due, without Celery: update results, send "
        "emails, score readers and so on. Run it from cron every minute, or with --forever. "
        "Several can run in parallel, also beside Celery workers: each job is claimed by one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--forever",
            action="store_true",
            help="Keep running until SIGTERM or Ctrl-C.",
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, forever: bool, **options: Any) -> None:
        if not forever:
            failed = self.work_once(options["verbosity"])
            if failed:
                raise CommandError(f"Failed: {', '.join(failed)}. See the log for the reason.")
            return
        ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        if options["verbosity"] > 0:
            self.stdout.write("Running. Press Ctrl-C to stop after the current job.")
        while not ending.is_set():
            close_old_connections()
            self.work_once(options["verbosity"], ending)
            ending.wait(PAUSE)

    def work_once(self, verbosity: int, ending: threading.Event | None = None) -> list[str]:
        """Run the jobs that are due and return the names of those that failed."""
        failed = []
        for name, error in jobs.run_due_jobs():
            if error:
                failed.append(name)
                self.stderr.write(f"{name}: {error}")
            elif verbosity > 0:
                self.stdout.write(f"{name}: done")
            if ending is not None and ending.is_set():
                break
        return failed
