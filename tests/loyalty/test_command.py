import datetime
import io
from contextlib import nullcontext

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cx_feedback.loyalty.models import Fit, Run, Silence
from cx_feedback.loyalty.scoring import runs
from cx_feedback.loyalty.scoring.holdout_check import check_holdout
from cx_feedback.readers.models import Reader
from tests.loyalty.conftest import END
from tests.shared_data import shared_file

pytestmark = pytest.mark.django_db


def run(*args):
    out = io.StringIO()
    call_command("cx_score_loyalty", *args, stdout=out)
    return out.getvalue()


def test_it_tells_what_it_found_and_that_a_second_run_changes_nothing(magazine, heard):
    out = run("--as-of", END.isoformat())
    for word in ("alpha", "log-likelihood", "Fit: good", "at_risk", "Expected back", "recency"):
        assert word in out
    assert "Nothing has changed" not in out
    assert len(heard) > 0
    left = Run.objects.get()
    assert (left.kind, left.outcome, left.as_of) == ("refit", "done", END)
    assert left.summary["newly_silent"] == len(heard)
    heard.clear()
    again = run("--as-of", END.isoformat())
    assert "Nothing has changed since the last run" in again
    assert heard == []


def test_only_history_announces_nothing(magazine, heard):
    run("--as-of", END.isoformat(), "--only-history")
    assert heard == []
    assert not Reader.objects.exclude(tier="").exists()
    assert not Run.objects.exists()


def test_it_does_not_run_beside_another_run(magazine, monkeypatch):
    monkeypatch.setattr(runs, "acquire_run_lock", lambda: nullcontext(False))
    with pytest.raises(CommandError, match="another run was going on"):
        run("--as-of", END.isoformat())
    assert not Fit.objects.exists()


def test_an_empty_site_is_told_where_readers_come_from():
    assert "cx_import_activity" in run()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--as-of", "1998-06-31"], "as-of"),
        (["--horizon", "0"], "from 1 to 52"),
        (["--as-of", (timezone.localdate() + datetime.timedelta(days=9)).isoformat()], "future"),
    ],
)
def test_wrong_options(args, message):
    with pytest.raises(CommandError, match=message):
        run(*args)


@pytest.fixture
def cdnow(db):
    path = shared_file("cdnow_master.txt")
    call_command("cx_import_activity", str(path), stdout=io.StringIO())


@pytest.mark.slow
def test_cdnow(cdnow, heard):
    """Real people: measured figures, and the goals for the holdout."""
    out = run("--as-of", "1998-06-30", "--horizon", "4")
    assert "23,570 readers" in out
    assert "alpha 0.593  beta 13.636  gamma 0.324  delta 7.379" in out
    assert len(heard) == Reader.objects.filter(tier="at_risk").count() > 2000
    assert Silence.objects.filter(late=True).count() == Reader.objects.filter(tier="lost").count()
    assert "Nothing has changed" in run("--as-of", "1998-06-30", "--horizon", "4")
    check = check_holdout(as_of=datetime.date(1997, 12, 31), days=30, horizon_weeks=4)
    assert check.returned / check.readers == pytest.approx(0.064, abs=0.001)
    for found in (check.mix, check.model, check.challenger):
        assert found.auc >= 0.811
        assert found.brier < check.recency.brier
    assert check.mix.brier <= min(check.model.brier, check.challenger.brier) + 0.0003
    assert check.recency.auc == pytest.approx(0.797, abs=0.002)
