"""A worker that is killed while it scores leaves the last complete scores in use."""

import signal

import psycopg
import pytest
from django.db import connection

from cx_feedback.loyalty import selectors, services, tasks
from cx_feedback.loyalty.models import CellScore, Run, Silence, TierCount
from cx_feedback.loyalty.scoring import runs
from cx_feedback.readers.models import Reader
from tests.loyalty.conftest import END, bring, magazine, weeks_before  # noqa: F401
from tests.services.conftest import wait_for

pytestmark = [pytest.mark.services]


def in_use():
    """Return all that the screens and the rules of other rooms read."""
    fit = selectors.get_newest_fit()
    return (
        fit.as_of,
        fit.completed_at,
        list(CellScore.objects.filter(fit=fit).order_by("pk").values_list("x", "t_x", "n", "tier")),
        list(TierCount.objects.filter(fit=fit).order_by("tier").values_list("tier", "readers")),
        list(Reader.objects.order_by("pk").values_list("pk", "tier")),
        set(Silence.objects.values_list("reader_id", "last_day", "late")),
    )


@pytest.fixture
def blocker():
    """A connection of its own, that holds up the worker where it is told to."""
    database = connection.settings_dict
    named = {key: database[key.upper()] for key in ("host", "port", "user", "password")}
    with psycopg.connect(dbname=database["NAME"], **named) as other:
        yield other


#: What the worker waits for, so that it is killed just there: before it writes its scores, and
#: in the middle of moving readers, when all its scores are written.
HELD_UP = {
    "scores": "LOCK TABLE cx_feedback_loyalty_cellscore IN EXCLUSIVE MODE",
    "tiers": "SELECT 1 FROM cx_feedback_readers_reader FOR UPDATE",
}


def waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query NOT LIKE '%pg_stat_activity%'"
        )
        return cursor.fetchone() is not None


def is_alone() -> bool:
    """Return whether the killed worker's sessions have ended, and with them its locks."""
    with connection.cursor() as cursor:
        # Those of this database: others on the same server may have theirs.
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE locktype = 'advisory' AND datname = current_database()"
        )
        return cursor.fetchone() == (0,)


@pytest.mark.parametrize("place", HELD_UP)
def test_a_killed_worker_leaves_the_last_complete_scores(magazine, worker, blocker, place):  # noqa: F811
    services.score_readers(as_of=weeks_before(1))
    services.end_silences(as_of=END)  # a transaction of its own, before the scores
    before = in_use()
    blocker.execute(HELD_UP[place])
    tasks.score_readers.delay(END.isoformat())
    wait_for(waits, seconds=60)
    worker.send_signal(signal.SIGKILL)
    worker.wait(30)
    blocker.rollback()
    wait_for(is_alone)
    assert in_use() == before
    assert runs.run_score(as_of=END).outcome == "done"
    assert Run.objects.filter(outcome="died").count() == 1
    assert selectors.get_newest_fit().as_of == END
