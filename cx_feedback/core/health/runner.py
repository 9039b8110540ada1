"""Runs the examinations: each bounded in time, and none able to stop the others."""

import contextvars
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cx_feedback.core.caching.deadlines import Workers, run_within
from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.registry import Examination, get_examinations
from cx_feedback.core.text.failure_summary import format_stack, summarize_failure

logger = logging.getLogger(__name__)

TOO_SLOW = Problem(
    "too-slow",
    Level.UNKNOWN,
    _("“%(title)s” did not end within %(seconds)s seconds and was given up."),
)
FAILED = Problem(
    "failed", Level.UNKNOWN, _("“%(title)s” could not be examined: %(error)s (see the log).")
)
#: What any examination can find.
PROBLEMS = (TOO_SLOW, FAILED)

# Examinations that hang don't take threads from calls to the cache.
_workers = Workers(most=4)


@dataclass(frozen=True)
class Result:
    """The findings of one examination."""

    examination: Examination
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def level(self) -> Level | None:
        """Return the worst level, None if nothing was found."""
        levels = {finding.level for finding in self.findings}
        return next((level for level in Level if level in levels), None)


def run_examinations(examinations: Sequence[Examination] | None = None) -> Iterator[Result]:
    """Run the examinations of all installed apps, or those given, and yield their results."""
    for examination in get_examinations() if examinations is None else examinations:
        yield run_examination(examination)


def run_examination(examination: Examination) -> Result:
    """Run one examination in a thread; failures and delays are findings."""
    begin = time.monotonic()
    try:
        findings = run_apart(examination)
    except TimeoutError:
        values = {"title": examination.title, "seconds": f"{examination.seconds:g}"}
        findings = (TOO_SLOW.build_finding(**values),)
    except Exception as error:  # one that fails must not stop the others
        findings = (_build_failure(examination, error),)
    shown = tuple(one for one in findings if not _is_silenced(one))
    return Result(examination, shown, time.monotonic() - begin)


def run_apart(examination: Examination) -> tuple[Finding, ...]:
    """Return the findings of an examination; raises TimeoutError.

    It runs in a thread, with connections to the databases of its own: one that hangs is left
    alone, and what it had changed is rolled back when its connection ends.
    """
    language = translation.get_language()

    def examine() -> tuple[Finding, ...]:
        try:
            with translation.override(language):
                return tuple(examination.examine())
        finally:
            connections.close_all()

    found: tuple[Finding, ...] = run_within(
        examination.seconds, lambda: contextvars.Context().run(examine), _workers
    )
    return found


def _build_failure(examination: Examination, error: Exception) -> Finding:
    logger.error("The examination %s failed\n%s", examination.name, format_stack(error))
    return FAILED.build_finding(title=examination.title, error=summarize_failure(error))


def _is_silenced(finding: Finding) -> bool:
    silenced: Any = settings.SILENCED_SYSTEM_CHECKS
    return f"cx_doctor.{finding.code}" in silenced or finding.code in silenced
