"""Figures beside readers, warnings, and what screens and measuring cost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cx_feedback.loyalty import services
from cx_feedback.loyalty.models import Run
from cx_feedback.loyalty.reports import attitudes
from cx_feedback.loyalty.reports.nightly_reports import update_reports
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Reader
from tests.loyalty.conftest import END, at_risk, bring, weeks_before
from tests.loyalty.test_overview import staff  # noqa: F401
from tests.loyalty.test_returns import noon
from tests.loyalty.test_screens import ADMIN, API, RIGHTS, effect, exported, page

pytestmark = pytest.mark.django_db


def test_score_and_reason_stand_beside_recency_frequency_and_volume(magazine, staff):  # noqa: F811
    services.score_readers(as_of=END)
    reader = at_risk().first()
    detail = {"emotion": "3f2a", "emotion_words": "Sad", "emotional_value": -1}
    readers.record_act(reader=reader, kind="response", detail=detail, at=noon(reader.last_day))
    attitudes.update_attitudes()
    reader.refresh_from_db()
    client = staff(*RIGHTS, "view_reader")
    days = reader.visit_days.count()
    ago = (timezone.localdate() - reader.last_day).days
    [found] = [
        one
        for one in client.get(f"{API}readers/?tier=at_risk&limit=500").json()["readers"]
        if one["id"] == reader.pk
    ]
    assert 0 <= found["score"] < 50
    assert found["reason"].startswith("Usually every")
    rfv = (found["recency_days"], found["active_periods"], found["visit_days"])
    assert rfv == (ago, reader.active_periods, days)
    assert (found["emotion"], found["emotional_value"]) == ("Sad", -1)
    one = client.get(f"{API}readers/{reader.pk}/").json()
    assert {name: one[name] for name in found} == found
    [looked] = ModelLogEntry.objects.filter(action="cx_feedback.loyalty.reader.view")
    assert (looked.user.username, looked.object_id) == ("ed", str(reader.pk))
    [row] = [
        row
        for row in exported(client.get(f"{ADMIN}readers/?tier=at_risk&export=csv"))
        if row["reader"] == str(reader.pk)
    ]
    for name in ("score", "reason", "recency_days", "active_periods", "visit_days"):
        assert row[name] == str(found[name]), name
    html = page(client, f"readers/?tier=at_risk&q={reader.external_id}")
    for words in (
        f">{found['score']}<",
        found["reason"],
        "Sad (−1)",
        "within 4 weeks",
    ):
        assert words in html, words
    assert f">{days}<" in page(client, f"readers/?q={reader.external_id}")
    html = page(client, f"readers/{reader.pk}/")
    for words in (f"<strong>{found['score']}</strong>", found["reason"], "At risk", "Sad (−1)"):
        assert words in html, words


def test_the_overview_warns_of_a_run_that_failed_and_check_says_how_long_others_took(
    magazine,
    staff,  # noqa: F811
):
    services.score_readers(as_of=END)
    began = timezone.now() - datetime.timedelta(minutes=5)
    times = {"started_at": began, "finished_at": began + datetime.timedelta(seconds=12.34)}
    run = Run.objects.create(kind="refit", outcome="failed", message="ValueError: no", **times)
    client = staff(*RIGHTS)
    assert "“Weekly fit with comparison” on" in page(client)
    html = page(client, "check/")
    assert "12.3 s" in html
    assert "ValueError: no" in html
    Run.objects.create(kind="refit", outcome="done", **{**times, "started_at": run.finished_at})
    assert "Weekly fit with comparison" not in page(client)


def test_a_run_that_goes_on_shows_how_far_it_is(staff):  # noqa: F811
    Run.objects.create(kind="refit", steps=5, steps_done=2, step="check")
    html = page(staff(*RIGHTS), "check/")
    for words in (
        "Weekly fit with comparison", "running", '<progress max="100" value="40">40%</progress>',
        "comparing the forecast with actual visits",
    ):  # fmt: skip
        assert words in html, words


def test_what_brings_readers_back_costs_the_same_for_any_number(staff, article):  # noqa: F811
    client = staff(*RIGHTS)
    effect("article", article.pk)
    page(client, "returns/")  # rights and content types are kept from here on

    def cost(path):
        with CaptureQueriesContext(connection) as found:
            page(client, path)
        return len(found)

    few = cost("returns/")
    for n in range(120):
        effect("article", 90_000 + n, readers=10 + 5000 * n)
    assert "90119" in page(client, "returns/?ordering=-readers")
    assert cost("returns/") == few
    html = page(client, "returns/")
    assert html.count('<tr><th scope="row"') <= 25 + 12 + 1, "a page of rows, and the picture's"


def test_measuring_asks_as_often_for_many_readers_as_for_few(db):
    def brought(low, high):
        bring([(f"r{n}", weeks_before(4 + 3 * k)) for n in range(low, high) for k in range(5)])

        Activity.objects.bulk_create(
            Activity(
                reader_id=pk, kind="comment", page_id=1 + pk % 2, at=noon(weeks_before(5 + pk % 3))
            )
            for pk in Reader.objects.values_list("pk", flat=True)
        )

    brought(0, 40)
    services.score_readers(as_of=weeks_before(8), history_only=True)
    costs = []
    for high in (40, 40, 400):  # the first also keeps what came of the fit
        brought(40, high)
        with CaptureQueriesContext(connection) as found:
            assert update_reports(as_of=END).effects == 2
        costs.append(len(found))
    assert costs[1] == costs[2]


def test_the_nightly_measuring_fills_every_screen(magazine, staff, django_assert_max_num_queries):  # noqa: F811
    for weeks in (12, 8, 5):
        services.score_readers(as_of=weeks_before(weeks), history_only=True)
    services.score_readers(as_of=END)
    reader = Reader.objects.first()
    readers.record_act(
        reader=reader, kind="nps", detail={"score": 9, "class": "promoter"}, at=noon(END)
    )
    found = update_reports(as_of=END)
    assert found.attitudes == 1
    assert found.outcomes == 3
    assert attitudes.count_attitude_groups()
    client = staff(*RIGHTS, "view_reader")
    came = client.get(f"{API}returns/").json()
    days = [one["as_of"] for one in came]
    assert days == sorted(days)
    # Before the first fit it is what earlier days would have forecast.
    assert days[-4:] == [weeks_before(w).isoformat() for w in (12, 8, 5, 0)]
    assert [one["returned"] is None for one in came] == [*[False] * (len(came) - 1), True]
    assert all(one["low"] < one["expected"] < one["high"] for one in came)
    [first, *_rest] = client.get(f"{API}cohorts/").json()
    assert first["readers"] >= 30
    assert len(first["active"]) == 5
    html = page(client)
    assert "Did as many come as expected?" in html
    assert f"of {len(came) - 1} forecasts so far" in html
    assert "It should be in 19 of 20" in html
    assert "Of the new readers of a month" in html
    for path in ("", "returns/", "experiments/", "attitudes/", "check/"):
        with django_assert_max_num_queries(26):
            page(client, path)
