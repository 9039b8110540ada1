"""Tasks leave a row of what they did, and run one at a time."""

import pytest
from django.core.checks import run_checks
from django.db import connection

from cx_feedback.loyalty import services, tasks
from cx_feedback.loyalty.models import Fit, Run, Silence
from cx_feedback.loyalty.scoring import runs
from cx_feedback.loyalty.scoring.history_queries import StaleFigures
from cx_feedback.loyalty.scoring.run_lock import acquire_run_lock
from cx_feedback.readers.models import Reader
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
    assert runs.run_silence_check().outcome == "done"
    assert set(runs.get_last_runs()) == {"score", "silences"}
    assert runs.get_last_runs()["score"] == run


@pytest.mark.skipif(connection.vendor == "postgresql", reason="a session may lock twice")
def test_a_second_run_at_the_same_time_is_skipped(few):
    with acquire_run_lock() as free:
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

    monkeypatch.setattr(services, "score_readers", fail)
    error = StaleFigures()
    assert "cx_rebuild_periods" in runs.run_score(as_of=END).message
    error = RuntimeError("no disk")
    with pytest.raises(RuntimeError):
        runs.run_score(as_of=END)
    assert runs.get_last_runs()["score"].outcome == "failed"
    monkeypatch.undo()
    assert runs.run_score(as_of=END).outcome == "done"


@pytest.fixture
def cut(few, settings, monkeypatch):
    """A scoring that leaves its readers to tasks; "left" are those it queued."""
    settings.CX_FEEDBACK = {"LOYALTY_READERS_PER_TASK": 1000}
    monkeypatch.setattr(services, "split_reader_ids", lambda size: [[1, 4], [5, 8], [9, 10**6]])
    whole = services.score_readers(as_of=END)
    expected = dict(Reader.objects.values_list("pk", "tier"))
    Reader.objects.update(tier="")
    Silence.objects.all().delete()
    run = runs.run_score(as_of=END)
    assert (run.outcome, run.step, run.summary["tiers_changed"]) == ("running", "tiers", 0)
    assert len(run.pending_ranges) == 3
    return run, expected, whole


def test_ranges_of_readers_are_tasks_of_which_the_last_ends_the_run(cut):
    run, expected, whole = cut
    for ids in [
        run.pending_ranges[1],
        run.pending_ranges[1],
        run.pending_ranges[0],
        run.pending_ranges[2],
        run.pending_ranges[2],
    ]:
        tasks.update_tier_range(run.pk, *ids)
    run.refresh_from_db()
    assert (run.outcome, run.pending_ranges) == ("done", [])
    assert run.finished_at
    assert run.summary["tiers_changed"] == whole.tiers_changed == 12
    assert run.summary["newly_silent"] == whole.newly_silent
    assert dict(Reader.objects.values_list("pk", "tier")) == expected


def test_the_hourly_sweep_queues_ranges_that_nobody_moved(cut, django_capture_on_commit_callbacks):
    run, expected, _whole = cut
    tasks.update_tier_range(run.pk, *run.pending_ranges[0])
    with django_capture_on_commit_callbacks(execute=True):
        tasks.find_silences()
    run.refresh_from_db()
    assert run.outcome == "done"
    assert dict(Reader.objects.values_list("pk", "tier")) == expected


def test_newer_scores_take_the_place_of_ranges_not_moved_yet(cut, settings):
    run, _expected, _whole = cut
    settings.CX_FEEDBACK = {}
    newer = runs.run_score(as_of=weeks_before(-1))
    tiers = dict(Reader.objects.values_list("pk", "tier"))
    tasks.update_tier_range(run.pk, *run.pending_ranges[0])
    assert services.update_tier_range(fit_id=run.fit_id, ids=(1, 10**6)) == services.TierChanges()
    run.refresh_from_db()
    assert (run.outcome, newer.outcome) == ("skipped", "done")
    assert dict(Reader.objects.values_list("pk", "tier")) == tiers


def test_measuring_leaves_a_run_and_waits_for_nobody(few):
    services.score_readers(as_of=END)
    run = runs.run_reports(as_of=END)
    assert (run.kind, run.outcome, run.percent, run.step) == ("reports", "done", 100, "cohorts")
    assert run.summary["cohorts"] > 0
    assert tasks.update_reports(END.isoformat()) == run.summary["effects"]
    if connection.vendor != "postgresql":
        with acquire_run_lock():
            assert runs.run_reports(as_of=END).outcome == "skipped"


@pytest.mark.parametrize("wrong", [-1, 5, True, "10000"])
def test_a_wrong_number_of_readers_per_task_is_told(settings, wrong):
    settings.CX_FEEDBACK = {"LOYALTY_READERS_PER_TASK": wrong}
    assert any("LOYALTY_READERS_PER_TASK" in str(found) for found in run_checks())
