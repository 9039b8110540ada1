"""Who finds a return: the quick looks at the silent by tier, the hourly and weekly ones at all."""

import pytest
from django.db.models import F

from cx_feedback.loyalty import services, tasks
from cx_feedback.loyalty.models import Silence
from cx_feedback.loyalty.scoring import runs
from cx_feedback.loyalty.scoring.tier_rules import SILENT_TIERS, Tier
from tests.loyalty.conftest import END, bring, weeks_before

pytestmark = pytest.mark.django_db
#: So low that who was at risk by the default border is not any more.
LOWER = {"LOYALTY_TIERS": {"at_risk": 0.2, "lost": 0.05}}


@pytest.fixture
def scored(magazine):
    """Scores of a week ago; who returned since has been found."""
    services.score_readers(as_of=weeks_before(1))
    services.end_silences()


def returned(silences, day=END):
    """Let the reader of the first of these silences come on a day; return the silence."""
    silence = silences.filter(won_back_on=None, reader__last_day=F("last_day")).first()
    bring([(silence.reader.external_id, day)])
    return silence


@pytest.fixture
def not_called_silent(scored, settings):
    """An open silence of a reader whom new borders call casual or loyal, and who returned."""
    settings.CX_FEEDBACK = LOWER
    services.score_readers(as_of=weeks_before(1))
    return returned(Silence.objects.exclude(reader__tier__in=SILENT_TIERS))


def ended_on(silence):
    silence.refresh_from_db()
    return silence.won_back_on


def told(heard):
    return [said["reader_id"] for name, said in heard if name == "back"]


@pytest.mark.parametrize("look", [tasks.end_silences, tasks.find_silences])
def test_who_is_at_risk_and_returns_is_found_by_either_look(scored, look, heard):
    heard.clear()
    silence = returned(Silence.objects.filter(reader__tier=Tier.AT_RISK))
    look()
    assert ended_on(silence) == END
    assert told(heard) == [silence.reader_id]


def test_the_hourly_look_finds_who_returned_whatever_their_tier(not_called_silent, heard):
    heard.clear()
    assert tasks.end_silences() == 0
    assert ended_on(not_called_silent) is None
    assert runs.run_silence_check().summary["won_back"] == 1
    assert ended_on(not_called_silent) == END
    assert runs.run_silence_check().summary["won_back"] == 0
    assert told(heard) == [not_called_silent.reader_id]


def test_the_weekly_look_finds_who_returned_whatever_their_tier(not_called_silent, heard):
    heard.clear()
    assert runs.run_score(as_of=END).summary["won_back"] == 0
    assert ended_on(not_called_silent) is None
    assert runs.run_score(as_of=END, refit=True).summary["won_back"] == 1
    assert ended_on(not_called_silent) == END
    assert told(heard) == [not_called_silent.reader_id]


def test_a_day_of_a_log_that_comes_late_is_found_by_the_weekly_look(scored):
    services.score_readers(as_of=END)
    silence = returned(Silence.objects.filter(reader__tier=Tier.AT_RISK), weeks_before(1))
    tasks.find_silences()
    assert ended_on(silence) is None
    runs.run_score(as_of=END, refit=True)
    assert ended_on(silence) == weeks_before(1)
