"""Readers drawn from a known process, and what the room says to others."""

import datetime

import numpy as np
import pytest

from cx_feedback.core import signals
from cx_feedback.loyalty.model import Parameters
from cx_feedback.loyalty.model.simulation import simulate_visits
from cx_feedback.readers.imports.activity_log import Visit
from cx_feedback.readers.imports.services import import_activity
from cx_feedback.readers.models import Reader
from tests.loyalty.remembered_fits import remember_fits

TRUTH = Parameters(1.2, 1.6, 0.6, 6.0)
WEEKS = 26
#: A Sunday: the last whole week of the simulation ends here.
END = datetime.date(2026, 3, 1)


@pytest.fixture(scope="package", autouse=True)
def _fits_of_the_same_cells_once():
    with remember_fits():
        yield


def bring(visits):
    """Keep visits given as (external id, day)."""
    import_activity(lines=(Visit(i, who, day) for i, (who, day) in enumerate(visits)))
    Reader.objects.update(counts_visits=True)  # they agreed over there


def weeks_before(weeks, day=END):
    return day - datetime.timedelta(weeks=weeks)


def at_risk():
    """Return the readers at risk, those who came most first."""
    return Reader.objects.filter(tier="at_risk").order_by("-active_periods", "-last_day", "pk")


@pytest.fixture
def magazine(db):
    """600 readers who begin over 26 weeks; each visit falls on some day of its week."""
    rng = np.random.default_rng(26)
    visits = []
    for who, came in enumerate(simulate_visits(TRUTH, 600, WEEKS, rng)):
        begins = int(rng.integers(0, WEEKS - 2))
        for week in np.flatnonzero(came):
            if begins + week < WEEKS:
                ago = WEEKS - 1 - begins - int(week)
                day = weeks_before(ago) - datetime.timedelta(days=int(rng.integers(0, 7)))
                visits.append((f"reader-{who}", day))
    bring(visits)
    return visits


@pytest.fixture
def heard():
    """The signals of silences and returns, as they are sent: (name, arguments)."""
    found = []

    def hear(name):
        def receiver(sender, signal, **kwargs):
            found.append((name, kwargs))

        return receiver

    receivers = [
        (signals.reader_fell_silent, hear("silent")),
        (signals.reader_won_back, hear("back")),
    ]
    for signal, receiver in receivers:
        signal.connect(receiver, weak=False)
    yield found
    for signal, receiver in receivers:
        signal.disconnect(receiver)
