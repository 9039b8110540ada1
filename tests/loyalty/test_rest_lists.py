"""The lists of loyalty over REST are read by cursor; nothing is shown twice or left out."""

import datetime
import re

import pytest

from cx_feedback.loyalty import services
from cx_feedback.loyalty.reports import cohorts
from cx_feedback.loyalty.reports.report_models import Effect, Experiment
from tests.loyalty.conftest import END, weeks_before
from tests.loyalty.test_screens import effect

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/loyalty/"


def read_by_next(client, url, name):
    """Return the rows of a list part by part, and the number of parts."""
    rows, parts = [], 0
    while url:
        answer = client.get(url).json()
        rows, url, parts = rows + answer[name], answer["next"], parts + 1
    return rows, parts


def read_by_link(client, url):
    rows, parts = [], 0
    while url:
        response = client.get(url)
        link = re.fullmatch(r'<(.+)>; rel="next"', response.headers.get("Link", ""))
        rows, url, parts = rows + response.json(), link and link[1], parts + 1
    return rows, parts


def test_causes_are_read_by_cursor(admin_client):
    for number in range(5):
        effect("article", number)
    # Two with the same bound, and one with digits that few formats keep.
    Effect.objects.filter(cause_id__in=(1, 2)).update(low=0.1 + 0.2)
    Effect.objects.filter(cause_id=3).update(low=-1.5e-17)
    order = Effect.objects.order_by("-low", "pk").values_list("cause_id", flat=True)
    rows, parts = read_by_next(admin_client, f"{API}causes/?kind=article&limit=1", "causes")
    assert ([row["id"] for row in rows], parts) == (list(order), 5)


def test_experiments_are_read_by_cursor(admin_client):
    figures = {"written": 400, "written_returned": 220, "held": 400, "held_returned": 160}
    for rule, percent in ((1, 20), (2, 10), (2, 30), (3, 10)):
        Experiment.objects.create(
            rule_id=rule, percent=percent, since=weeks_before(52), as_of=END,
            horizon_weeks=4, **figures,
        )  # fmt: skip
    rows, parts = read_by_next(admin_client, f"{API}experiments/?limit=1", "experiments")
    assert [(row["rule"], row["percent"]) for row in rows] == [(3, 10), (2, 30), (2, 10), (1, 20)]
    assert parts == 4


def test_days_and_months_are_read_by_cursor(admin_client, magazine):
    services.score_readers(as_of=weeks_before(1), history_only=True)
    services.score_readers(as_of=END)
    cohorts.measure_cohorts(as_of=END)
    for path in ("tiers/", "returns/", "cohorts/"):
        whole = admin_client.get(f"{API}{path}")
        assert "Link" not in whole.headers
        rows, parts = read_by_link(admin_client, f"{API}{path}?limit=1")
        assert rows == whole.json(), path
        assert parts == max(len(rows), 1)
    assert len(admin_client.get(f"{API}tiers/").json()) == 2
    later = END + datetime.timedelta(days=1)
    assert admin_client.get(f"{API}tiers/?cursor={later}").json() == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "cursor=", "cursor=x~1", "cursor=1", "cursor=1e999~1"]
)
@pytest.mark.parametrize("path", ["tiers/", "returns/", "cohorts/", "causes/", "experiments/"])
def test_a_cursor_that_is_none(admin_client, path, query):
    response = admin_client.get(f"{API}{path}?{query}")
    assert response.status_code == 400, response.content
    assert set(response.json()["errors"]) == {query.partition("=")[0]}
