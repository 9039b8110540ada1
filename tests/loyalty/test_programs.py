"""Readers who come every day without exception are shown apart."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.core import signals
from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.effects.day_numbers import get_day_number
from cx_feedback.loyalty.models import Fit, Silence
from cx_feedback.loyalty.reports.site_changes import describe_changes
from cx_feedback.loyalty.scoring.bot_detection import DAYS, update_programs
from cx_feedback.loyalty.scoring.visit_log_loading import load_visit_log
from cx_feedback.readers.models import Reader
from tests.loyalty.conftest import END, bring, weeks_before

pytestmark = pytest.mark.django_db


def days_before(first, last=0):
    return [END - datetime.timedelta(days=ago) for ago in range(first, last - 1, -1)]


def bring_programs(programs=5, days=60, last=0):
    bring((f"program-{n}", day) for n in range(programs) for day in days_before(days, last))


def names_of(tier):
    return set(Reader.objects.filter(tier=tier).values_list("external_id", flat=True))


def test_programs_are_no_enthusiasts_and_in_no_figure(magazine, heard, admin_client):
    before = services.score_readers(as_of=END).fit
    bring_programs()
    fit = services.score_readers(as_of=END).fit
    assert names_of("program") == {f"program-{n}" for n in range(5)}
    assert (fit.readers, fit.expected) == (before.readers, before.expected)
    counts = {row.tier: row.readers for row in fit.tier_counts.all()}
    assert counts["program"] == 5
    assert not any("program" in name for name in names_of("lover"))
    assert len(set(load_visit_log(until=END).readers.tolist())) == fit.readers
    assert describe_changes(fit) == [
        "5 readers came on each of 42 days in a row, probably programs. They are shown apart and "
        "have no score."
    ]
    html = admin_client.get("/admin/cx-feedback/loyalty/").content.decode()
    assert "5 readers came on each of 42 days in a row" in html
    (score,) = selectors.get_reader_scores([Reader.objects.get(external_id="program-1")], fit)
    assert score.p_return is None


def test_a_night_without_a_refit_keeps_them(magazine):
    bring_programs()
    services.score_readers(as_of=END)
    tomorrow = END + datetime.timedelta(days=1)
    fit = services.score_readers(as_of=tomorrow, refit=False).fit
    assert len(names_of("program")) == 5
    assert fit.tier_counts.get(tier="program").readers == 5


def test_a_reader_who_misses_a_day_is_none(magazine):
    bring(("eager", day) for day in days_before(80) if day != END - datetime.timedelta(days=20))
    services.score_readers(as_of=END)
    assert names_of("program") == set()


def test_who_misses_a_day_later_is_a_reader_again(magazine):
    bring_programs(programs=2)
    services.score_readers(as_of=END)
    later = END + datetime.timedelta(days=7)
    bring(
        (f"program-{n}", END + datetime.timedelta(days=day))
        for n in range(2)
        for day in range(1, 8)
        if (n, day) != (0, 3)
    )
    services.score_readers(as_of=later)
    assert names_of("program") == {"program-1"}
    assert Reader.objects.get(external_id="program-0").tier == "lover"


@pytest.mark.slow
def test_programs_that_stop_are_not_announced(magazine, heard):
    bring_programs()
    services.score_readers(as_of=END)
    for weeks in range(1, 9):
        day = END + datetime.timedelta(weeks=weeks)
        bring([(f"alive-{weeks}-{n}", day) for n in range(80)])
        services.score_readers(as_of=day)
        services.find_silences()
        services.announce_silences(as_of=day)
    programs = Reader.objects.filter(external_id__startswith="program")
    assert set(programs.values_list("tier", flat=True)) == {"program"}
    assert not Silence.objects.filter(reader__in=programs).exists()


@pytest.mark.slow
def test_days_without_counting_interrupt_no_program(magazine):
    bring_programs(days=80, last=30)
    bring_programs(days=19)
    first, last = get_day_number(END) - 29, get_day_number(END) - 20
    services.score_readers(as_of=weeks_before(1))
    Fit.objects.update(gaps=[[first, last]])
    services.score_readers(as_of=END)
    assert len(names_of("program")) == 5


def test_a_silence_that_was_not_announced_yet_never_is(magazine, heard):
    bring_programs(programs=1)
    reader = Reader.objects.get(external_id="program-0")
    silence = Silence.objects.create(
        reader=reader, last_day=reader.last_day, fell_silent_on=END, probability=0.5
    )
    assert update_programs(as_of=END, gaps=[]) == 1
    silence.refresh_from_db()
    assert silence.late


def test_a_reader_who_withdrew_is_none(magazine):
    bring_programs(programs=2)
    Reader.objects.filter(external_id="program-0").update(visits_withdrawn=True)
    assert update_programs(as_of=END, gaps=[]) == 1
    assert names_of("program") == {"program-1"}


def test_all_readers_are_read_once_for_known_and_new_programs(magazine):
    bring_programs(programs=2)
    update_programs(as_of=END, gaps=[])
    bring((f"late-{n}", day) for n in range(2) for day in days_before(60))
    with CaptureQueriesContext(connection) as queries:
        assert update_programs(as_of=END, gaps=[]) == 4
    reader = f'FROM "{Reader._meta.db_table}"'
    every = [q["sql"] for q in queries if reader in q["sql"] and '"id" IN' not in q["sql"]]
    assert len(every) == 1, every
    assert names_of("program") == {"program-0", "program-1", "late-0", "late-1"}


def test_a_site_of_some_weeks_has_none(magazine):
    bring_programs(days=DAYS - 2)
    services.score_readers(as_of=END)
    assert names_of("program") == set()


def test_who_was_taken_for_a_program_is_announced_only_as_moved(magazine):
    moved = []

    def collect(sender, moves, **kwargs):
        moved.extend(moves)

    def are_wanted(sender, **kwargs):
        return True

    signals.tiers_changed.connect(collect)
    signals.tier_moves_wanted.connect(are_wanted)
    try:
        bring_programs(programs=2)
        known, fresh = Reader.objects.filter(external_id__startswith="program-").order_by("pk")
        Reader.objects.filter(pk=known.pk).update(tier="lover")
        update_programs(as_of=END, gaps=[])
        assert moved == [(known.pk, "program")]  # the other had no tier yet
        moved.clear()
        bring(("program-0", END + datetime.timedelta(days=day)) for day in (1, 3))
        update_programs(as_of=END + datetime.timedelta(days=3), gaps=[])
        assert (known.pk, "") in moved
    finally:
        signals.tiers_changed.disconnect(collect)
        signals.tier_moves_wanted.disconnect(are_wanted)
    assert names_of("program") <= {fresh.external_id}
