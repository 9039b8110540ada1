"""Runs the examinations: each bounded in time, and none able to stop the others."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cx_feedback.core.health.failure_words import describe_failure
from cx_feedback.core.health.findings import Finding, Level, Problem
from cx_feedback.core.health.isolated_runs import find_lock_holder, run_apart
from cx_feedback.core.health.registry import Examination, get_examinations
from cx_feedback.core.text.failure_summary import format_stack

TOO_SLOW = Problem(
    "too-slow",
    Level.UNKNOWN,
    _("“%(title)s” did not end within %(seconds)s seconds and was given up."),
)
FAILED = Problem(
    "failed",
    Level.UNKNOWN,
    _("“%(title)s” could not be examined: %(error)s."),
    "python manage.py cx_doctor -v 2  # shows the traceback",
)
NOT_EXAMINED = Problem(
    "not-examined",
    Level.UNKNOWN,
    _(
        "“%(title)s” was not examined: “%(other)s”, which was given up, has not ended and may "
        "still hold locks of the database."
    ),
)
#: What any examination can find.
PROBLEMS = (TOO_SLOW, FAILED, NOT_EXAMINED)


@dataclass(frozen=True)
class Result:
    """The findings of one examination."""

    examination: Examination
    findings: tuple[Finding, ...]
    seconds: float
    #: The traceback of one that failed, for whoever asks for it.
    stack: str = ""

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
    begin, stack = time.monotonic(), ""
    findings: tuple[Finding, ...]
    try:
        holder = find_lock_holder() if examination.writes else None
        if holder is None:
            findings = run_apart(examination)
        else:
            values = {"title": examination.title, "other": holder.title}
            findings = (NOT_EXAMINED.build_finding(**values),)
    except TimeoutError:
        values = {"title": examination.title, "seconds": f"{examination.seconds:g}"}
        findings = (TOO_SLOW.build_finding(**values),)
    except Exception as error:  # one that fails must not stop the others
        values = {"title": examination.title, "error": describe_failure(error)}
        findings, stack = (FAILED.build_finding(**values),), format_stack(error)
    shown = tuple(one for one in findings if not _is_silenced(one))
    return Result(examination, shown, time.monotonic() - begin, stack)


def _is_silenced(finding: Finding) -> bool:
    silenced: Any = settings.SILENCED_SYSTEM_CHECKS
    return f"cx_doctor.{finding.code}" in silenced or finding.code in silenced
