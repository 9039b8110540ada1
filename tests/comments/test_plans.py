"""Which indexes the windows of a thread are read by: a plan is not a timing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.comments import selectors
from cx_feedback.comments.models import Comment
from cx_feedback.comments.services.counters import rebuild_counters

pytestmark = pytest.mark.django_db
sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL goes by statistics")


def plan_of(sql: str) -> str:
    """Return SQLite's plan of a statement without placeholders, a line for each step."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())


@pytest.fixture
def thread(write):
    for _ in range(30):
        write(parent=write(state="published"), state="published")
    thread = Comment.objects.latest("pk").thread
    rebuild_counters(thread_ids=[thread.pk])
    thread.refresh_from_db()
    return thread


@sqlite
@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize("in_the_middle", [False, True])
@pytest.mark.parametrize(
    ("order", "index"),
    [
        ("newest", "cx_comment_roots"),
        ("oldest", "cx_comment_roots"),
        ("best", "cx_comment_best"),
    ],
)
def test_a_window_is_read_in_the_order_of_its_index(thread, order, index, in_the_middle, analyzed):
    if analyzed:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    middle = thread.comments.filter(parent=None).order_by("key")[15]
    after = selectors.get_cursor(middle, order) if in_the_middle else ""
    with CaptureQueriesContext(connection) as asked:
        part = selectors.get_thread_part(thread=thread, order=order, after=after)
    assert part.nodes
    # The raised ones, the window, the replies.
    plan = plan_of(asked[1]["sql"])
    assert f"USING INDEX {index}" in plan, plan
    assert "TEMP B-TREE" not in plan, plan


@sqlite
def test_answers_are_found_by_their_own_index(thread):
    parents = [1, 2, 3]
    for rows in (Comment.objects.filter(parent=1), Comment.objects.filter(parent__in=parents)):
        with CaptureQueriesContext(connection) as asked:
            list(rows.values_list("text"))
        assert "USING INDEX cx_comment_answers" in plan_of(asked[0]["sql"])
