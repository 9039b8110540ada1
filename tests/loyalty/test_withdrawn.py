"""Readers who withdrew their consent to visits are nowhere counted as at risk."""

import pytest

from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.models import Silence
from cx_feedback.loyalty.reports.segment_readers import get_segment
from cx_feedback.readers.models import Consent, Reader
from cx_feedback.readers.services import give_consent, withdraw_consent
from tests.loyalty.conftest import END, at_risk, weeks_before
from tests.loyalty.test_overview import staff  # noqa: F401

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/loyalty/"


@pytest.fixture
def gone(magazine):
    """A reader who is at risk, and withdraws their consent."""
    services.score_readers(as_of=END)
    reader = at_risk().first()
    give_consent(reader=reader, purpose=Consent.VISITS, wording="Count me")
    withdraw_consent(reader=reader, purpose=Consent.VISITS)
    return reader


def test_they_have_no_tier_at_once_and_after_each_night(gone):
    gone.refresh_from_db()
    assert gone.tier == ""
    before = selectors.get_newest_fit().tier_counts.get(tier="at_risk").readers
    report = services.score_readers(as_of=END)
    gone.refresh_from_db()
    assert gone.tier == ""
    assert report.tiers["at_risk"] == before - 1 == at_risk().count()
    assert report.fit.readers == Reader.objects.filter(visits_withdrawn=False).count()
    assert sum(report.tiers.values()) == report.fit.readers


def test_they_are_in_no_list_and_nobody_hears_of_their_absence(gone, staff):  # noqa: F811
    Silence.objects.all().delete()
    services.score_readers(as_of=END, refit=False)
    services.find_silences()
    assert not Silence.objects.filter(reader=gone).exists()
    assert not get_segment(fit=selectors.get_newest_fit()).filter(pk=gone.pk).exists()
    client = staff("access_admin", "view_loyalty", "view_reader")
    listed = client.get(f"{API}readers/?limit=500").json()["readers"]
    assert gone.pk not in [one["id"] for one in listed]
    assert client.get(f"{API}readers/{gone.pk}/").json()["score"] is None


def test_a_past_day_and_a_return_after_it_do_not_bring_them_back(gone):
    report = services.score_readers(as_of=weeks_before(4))
    assert report.fit is not None
    gone.refresh_from_db()
    assert gone.tier == ""
    services.end_silences(as_of=END)
    gone.refresh_from_db()
    assert gone.tier == ""


def test_who_agrees_again_is_scored_again(gone):
    give_consent(reader=gone, purpose=Consent.VISITS, wording="Count me again")
    services.score_readers(as_of=END)
    gone.refresh_from_db()
    assert gone.tier == "at_risk"
