"""Examinations within the transaction of a test, and on a site that has nothing wrong."""

import pytest

from cx_feedback.core.health import runner


@pytest.fixture
def same_thread(monkeypatch):
    """Examinations run in the thread of the test, whose rows no other connection sees."""
    monkeypatch.setattr(runner, "run_apart", lambda examination: tuple(examination.examine()))


def codes(findings):
    return [finding.code for finding in findings]


def only(findings):
    """Return the one finding that there is."""
    findings = list(findings)
    assert len(findings) == 1, findings
    return findings[0]
