"""What webhooks cost a reader's act, and what a claim costs while many events wait."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.readers import services as readers
from cx_feedback.surveys import services as surveys
from cx_feedback.webhooks import services
from cx_feedback.webhooks.services import sending
from tests.pages import make_survey
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture
def count_statements(article):
    """Return a function that answers a survey and counts the statements of webhooks."""
    survey, reader = make_survey(), readers.create_reader()
    asked = {"survey_id": survey.pk, "page_id": article.pk, "answers": {"q-choice": GOOD}}

    def count_statements():
        with CaptureQueriesContext(connection) as captured:
            surveys.submit_response(reader=reader, **asked)
        return len([one for one in captured if "cx_feedback_webhooks_" in one["sql"]])

    return count_statements


def test_an_act_that_no_endpoint_wants_costs_no_statement(count_statements, make_endpoint):
    cache.clear()
    assert count_statements() == 1  # what is wanted, for a minute
    assert count_statements() == 0
    make_endpoint(events=["comment.created"])
    assert count_statements() == 1
    assert count_statements() == 0


def test_an_act_that_endpoints_want_costs_two_statements(count_statements, make_endpoint):
    for _ in range(3):
        make_endpoint()
    count_statements()
    assert count_statements() == 2  # who wants it, and a row for each of them


def test_a_claim_reads_no_more_rows_however_many_wait(make_endpoint):
    endpoint, _secret = make_endpoint()
    for _ in range(3):
        services.send_test(endpoint_id=endpoint.pk)
    with CaptureQueriesContext(connection) as captured:
        assert sending.claim_event(endpoint_id=endpoint.pk)
    (claim,) = [one["sql"] for one in captured if "ORDER BY" in one["sql"]]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which prefers to sort three rows
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {claim}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {claim}")
        plan = str(cursor.fetchall())
    assert "cx_webhooks_due" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
