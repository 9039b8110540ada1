"""Tasks leave a row of what they did, and run one at a time."""

import pytest
from django.db import connection

from cx_feedback.loyalty import runs, services
from cx_feedback.loyalty.histories import StaleFigures
from cx_feedback.loyalty.locks import only_one
from cx_feedback.loyalty.models import Fit, Run
from tests.loyalty.conftest import END, bring, weeks_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(db):
    bring([(f"r{n}", weeks_before(w)) for n in range(12) for w in range(n % 5, 20, n % 4 + 1)])


def test_a_run_says_what_it_did(few):
    run = runs.run_score(as_of=END)
    assert (run.outcome, run.percent, run.as_of) == ("done", 100, END)
    assert run.summary["readers"] == 12
    assert run.fit == Fit.objects.get()
    assert runs.run_silent().outcome == "done"
    assert set(runs.last_runs()) == {"score", "silent"}
    assert runs.last_runs()["score"] == run


@pytest.mark.skipif(connection.vendor == "postgresql", reason="a session may lock twice")
def test_a_second_run_at_the_same_time_is_skipped(few):
    with only_one() as free:
        assert free
        assert runs.run_score(as_of=END).outcome == "skipped"
        assert not Fit.objects.exists()
    assert runs.run_score(as_of=END).outcome == "done"


def test_a_run_that_was_killed_is_called_so_by_the_next(few):
    killed = Run.objects.create(kind="score", step="count")
    assert runs.run_score(as_of=END, refit=True).kind == "refit"
    killed.refresh_from_db()
    assert killed.outcome == "died"


def test_a_run_that_fails_says_why_and_frees_the_lock(few, monkeypatch):
    def fail(**kwargs):
        raise error

    monkeypatch.setattr(services, "score", fail)
    error = StaleFigures()
    assert "cx_rebuild_periods" in runs.run_score(as_of=END).message
    error = RuntimeError("no disk")
    with pytest.raises(RuntimeError):
        runs.run_score(as_of=END)
    assert runs.last_runs()["score"].outcome == "failed"
    monkeypatch.undo()
    assert runs.run_score(as_of=END).outcome == "done"
