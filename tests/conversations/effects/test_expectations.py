"""What was expected of readers when they wrote."""

import datetime

import pytest
from django.utils import timezone

from cx_feedback.conversations.effects.expectations import store_expectations
from cx_feedback.conversations.models import ReturnExpectation
from cx_feedback.core import signals
from cx_feedback.core.rooms.expected_returns import ExpectedReturn, get_expected_returns
from cx_feedback.loyalty.models import CellScore, Fit
from cx_feedback.readers.models import Reader
from cx_feedback.readers.periods import get_period
from tests.conftest import consenting

pytestmark = pytest.mark.django_db


@pytest.fixture
def fit():
    """A fit of yesterday that knows readers who came this week for the first time."""
    row = Fit.objects.create(
        as_of=timezone.localdate() - datetime.timedelta(days=1),
        period="week",
        horizon_weeks=4,
        alpha=1, beta=1, gamma=1, delta=1,
        log_likelihood=0,
        readers=1,
        cells=1,
        first_day=timezone.localdate() - datetime.timedelta(days=100),
        expected=1, expected_low=0, expected_high=2,
        trained_as_of=timezone.localdate(),
        completed_at=timezone.now(),
    )  # fmt: skip
    CellScore.objects.create(
        fit=row, x=0, t_x=0, n=0, readers=1, p_return=0.25, p_alive=0.5, tier="new"
    )
    return row


def come(reader, **fields):
    period = get_period(timezone.localdate())
    given = {
        "first_period": period,
        "last_period": period,
        "active_periods": 1,
        "last_day": timezone.localdate(),
        "counts_visits": True,
    }
    Reader.objects.filter(pk=reader.pk).update(**{**given, **fields})


def test_it_is_that_of_readers_with_the_same_history_of_today(write, fit):
    reader = consenting()
    come(reader)
    row = write(by=reader)
    assert store_expectations() == 1
    found = ReturnExpectation.objects.get()
    assert (found.conversation, found.probability, found.weeks) == (row, 0.25, 4)


@pytest.mark.parametrize(
    "fields",
    [
        {"counts_visits": False},
        {"objects_to_scoring": True},
        {"tier": "program"},
        {"active_periods": 7, "first_period": 10},
    ],
)
def test_nothing_is_expected_of_others_and_it_is_asked_once(write, fit, fields):
    reader = consenting()
    come(reader, **fields)
    write(by=reader)
    assert store_expectations() == 1
    found = ReturnExpectation.objects.get()
    assert (found.probability, found.weeks) == (None, 0)
    come(reader, counts_visits=True, objects_to_scoring=False, tier="")
    assert store_expectations() == 0


def test_what_began_long_ago_is_not_asked_about(write, fit):
    row = write()
    later = row.created_at + datetime.timedelta(hours=13)
    assert store_expectations(now=later) == 0
    assert not ReturnExpectation.objects.exists()


def test_without_loyalty_nothing_is_stored(write, monkeypatch):
    write()
    monkeypatch.setattr(signals.returns_expected, "receivers", [])
    signals.returns_expected.sender_receivers_cache.clear()
    assert get_expected_returns([1]) is None
    assert store_expectations() == 0
    assert not ReturnExpectation.objects.exists()


def test_who_objects_to_being_scored_is_forgotten(write, fit):
    reader = consenting()
    come(reader)
    write(by=reader)
    store_expectations()
    signals.scoring_refused.send(Reader, reader_ids=[reader.pk])
    assert not ReturnExpectation.objects.exists()


def test_many_are_asked_in_parts(write, monkeypatch):
    monkeypatch.setattr("cx_feedback.conversations.effects.expectations.BATCH_SIZE", 2)
    for _number in range(5):
        write(by=consenting())
    asked = []

    def expect(sender, reader_ids, **named):
        asked.append(len(reader_ids))
        return {pk: ExpectedReturn(0.5, 4) for pk in reader_ids}

    monkeypatch.setattr(signals.returns_expected, "receivers", [])
    signals.returns_expected.sender_receivers_cache.clear()
    signals.returns_expected.connect(expect)
    assert store_expectations() == 5
    assert asked == [2, 2, 1]
