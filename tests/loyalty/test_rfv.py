"""Recency, frequency and volume, and scores by REST."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import Page, Site

from cx_feedback.loyalty import services
from cx_feedback.loyalty.reports import rfv
from cx_feedback.readers.models import Activity, Reader, VisitDay
from tests.loyalty.conftest import bring
from tests.loyalty.test_overview import staff  # noqa: F401
from tests.loyalty.test_screens import ADMIN, API, RIGHTS, exported, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def readers():
    """One who came on each of the last 30 days, one a week ago, one long ago, one never."""
    today = timezone.localdate()
    visits = [("daily", today - datetime.timedelta(days=k)) for k in range(30)]
    visits += [("week", today - datetime.timedelta(days=7))]
    visits += [("long", today - datetime.timedelta(days=k)) for k in (200, 207)]
    bring(visits)
    Reader.objects.create(external_id="never")
    return {reader.external_id: reader for reader in Reader.objects.all()}


def test_the_parts_are_as_worked_out_by_hand(readers):
    counts = rfv.count_visits(reader.pk for reader in readers.values())
    weeks, days = counts[readers["daily"].pk]
    assert (weeks in (5, 6), days) == (True, 30)
    found = rfv.compute_rfv(readers["daily"].last_day, weeks, days)
    assert found.recency == 100
    assert found.frequency == pytest.approx(100 * weeks / 13)
    assert found.volume == pytest.approx(75.95, abs=0.01)  # ln 31 / ln 92
    assert found.value == pytest.approx((found.recency + found.frequency + found.volume) / 3)
    week = rfv.compute_rfv(readers["week"].last_day, 1, 1)
    assert week.recency == pytest.approx(100 * 84 / 91)
    assert rfv.compute_rfv(None, 0, 0).value == 0


def test_the_database_says_the_same(readers):
    counts = rfv.count_visits(reader.pk for reader in readers.values())
    for reader in rfv.with_rfv(Reader.objects.all()):
        found = rfv.compute_rfv(reader.last_day, *counts.get(reader.pk, (0, 0)))
        assert reader.rfv == pytest.approx(found.value), reader
    levels = {
        level: {one.external_id for one in rfv.filter_by_level(Reader.objects.all(), level)}
        for level in rfv.Level.values
    }
    assert levels == {"high": {"daily"}, "middle": {"week"}, "low": {"long", "never"}}


def test_list_export_and_segments_have_it(readers, staff):  # noqa: F811
    client = staff(*RIGHTS, "view_reader")
    response = client.get(f"{ADMIN}readers/?ordering=-rfv")
    assert [row.name for row in response.context["object_list"]] == ["daily", "week", "long"]
    assert "R 100" in response.content.decode()
    listed = page(client, "readers/?rfv=low")
    assert "long" in listed
    assert "daily" not in listed
    rows = exported(client.get(f"{ADMIN}readers/?export=csv&rfv=high"))
    assert [row["external_id"] for row in rows] == ["daily"]
    row = rows[0]
    parts = [int(row[f"rfv_{name}"]) for name in ("recency", "frequency", "volume")]
    assert abs(int(row["rfv"]) - sum(parts) / 3) <= 1
    assert [one["external_id"] for one in client.get(f"{API}readers/?rfv=high").json()["readers"]]


def test_scores_by_rest_come_by_cursor(readers, staff):  # noqa: F811
    services.score_readers()
    client = staff(*RIGHTS, "view_reader")
    found = client.get(f"{API}scores/?limit=2").json()
    assert found["horizon_weeks"] == 4
    assert [one["external_id"] for one in found["scores"]] == ["daily", "long"]
    assert not {"email", "nps_score", "reason"} & set(found["scores"][0])
    assert found["scores"][0]["rfv_recency"] == 100
    assert "limit=2" in found["next"]
    rest = client.get(found["next"]).json()
    assert [one["external_id"] for one in rest["scores"]] == ["week"]
    assert rest["next"] is None
    errors = client.get(f"{API}scores/?limit=0&cursor=x&tier=none&rfv=top").json()["errors"]
    assert errors.keys() == {"limit", "cursor", "tier", "rfv"}
    assert client.get(f"{API}scores/?rfv=high").json()["scores"][0]["external_id"] == "daily"


def test_a_site_gets_the_scores_of_its_own_readers(readers, staff, article):  # noqa: F811
    other = Page.get_first_root_node().add_child(instance=Page(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", root_page=other)
    for name, pk in (("daily", article.pk), ("week", other.pk)):
        Activity.objects.create(reader=readers[name], kind="comment", page_id=pk)
    client = staff(*RIGHTS, "view_reader")

    def names(host):
        found = client.get(f"{API}scores/", headers={"host": host}).json()["scores"]
        return [one["external_id"] for one in found]

    default = Site.objects.get(is_default_site=True).hostname
    assert names(default) == ["daily"]
    assert names("other.example") == ["week"]


def test_days_outside_the_weeks_do_not_count(readers):
    first = rfv.get_first_counted_day(timezone.localdate())
    assert first.weekday() == 0
    reader = readers["week"]
    VisitDay.objects.create(reader=reader, day=first - datetime.timedelta(days=1))
    assert rfv.count_visits([reader.pk])[reader.pk] == (1, 1)
    VisitDay.objects.create(reader=reader, day=first)
    assert rfv.count_visits([reader.pk])[reader.pk] == (2, 2)


@pytest.mark.parametrize("path", ["", "check/", "readers/?tier=at_risk", "experiments/"])
def test_an_empty_site_says_that_there_is_nothing_yet(path, staff):  # noqa: F811
    html = page(staff(*RIGHTS, "view_reader"), path)
    assert "Nothing to say yet" in html or "There is nothing yet" in html
    assert "No readers at risk" not in html
