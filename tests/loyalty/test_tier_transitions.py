"""Tiers are written by sets, silences with them, all or nothing."""

import datetime
from importlib import import_module

import pytest
from django.db import connection

from cx_feedback.loyalty import selectors, services
from cx_feedback.loyalty.models import CellScore, Fit, Silence
from cx_feedback.loyalty.scoring import tier_transitions
from cx_feedback.loyalty.scoring.tier_rules import Tier
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Consent, Reader
from tests.loyalty.conftest import END, bring, weeks_before

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[False, True], ids=["plain", "large"])
def _statements(request, settings):
    """The plain statements, and their fast twin for large sites."""
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "LOYALTY_LARGE_SITE": request.param}


both = pytest.mark.usefixtures("_statements")


def tiers():
    return dict(Reader.objects.values_list("pk", "tier"))


@both
def test_ranges_of_readers_moved_apart_and_again_end_as_all_at_once(magazine):
    whole = services.score_readers(as_of=END)
    expected, silences = tiers(), set(Silence.objects.values_list("reader_id", "late"))
    Reader.objects.update(tier="")
    Silence.objects.all().delete()
    cut = services.score_readers(as_of=END, readers_per_task=97)
    assert cut.tiers_changed == 0
    assert len(cut.pending_ranges) > 3
    moved = services.TierChanges()
    for ids in [*cut.pending_ranges, cut.pending_ranges[0]]:  # one twice
        moved += services.update_tier_range(fit_id=cut.fit.pk, ids=ids)
    assert tiers() == expected
    assert set(Silence.objects.values_list("reader_id", "late")) == silences
    assert moved.changed == len(expected)
    assert (moved.newly_silent, moved.found_late) == (whole.newly_silent, whole.found_late)
    assert cut.tiers == whole.tiers


@both
def test_readers_who_came_since_have_the_tier_of_that_day(magazine):
    services.score_readers(as_of=END)
    expected = tiers()
    bring([(f"reader-{n}", END + datetime.timedelta(days=1)) for n in range(0, 600, 5)])
    Reader.objects.update(tier="")
    assert services.score_readers(as_of=END).tiers_changed == len(expected)
    assert tiers() == expected
    Reader.objects.update(tier="")
    cut = services.score_readers(as_of=END, readers_per_task=200)
    assert sum(
        services.update_tier_range(fit_id=cut.fit.pk, ids=ids).changed for ids in cut.pending_ranges
    ) == len(expected)
    assert tiers() == expected


def test_a_large_site_has_the_same_rows(magazine, settings):
    """The two nights of the plain statements and of their fast twin end alike, few moves too."""
    found, probabilities = [], []
    for large in (False, True):
        settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "LOYALTY_LARGE_SITE": large}
        Reader.objects.update(tier="")
        Silence.objects.all().delete()
        Fit.objects.all().delete()
        reports = [services.score_readers(as_of=day) for day in (weeks_before(1), END)]
        silences = Silence.objects.order_by("reader_id", "last_day").values_list(
            "reader_id", "last_day", "fell_silent_on", "late"
        )
        moved = [(report.tiers_changed, report.newly_silent) for report in reports]
        found.append((moved, tiers(), list(silences)))
        probabilities.append(list(silences.values_list("probability", flat=True)))
    assert found[0] == found[1]
    # PostgreSQL gives the cells in any order, and so the fit ends a hair's breadth apart.
    assert probabilities[0] == pytest.approx(probabilities[1], abs=1e-5)
    assert found[0][0][1][0] > 0


@pytest.mark.parametrize("dies_in", ["replace_scores", "_store_tier_counts", "update_tiers"])
def test_a_run_that_dies_leaves_the_last_scores_and_tiers(magazine, monkeypatch, dies_in):
    services.score_readers(as_of=weeks_before(1))
    services.end_silences(as_of=END)
    before, silences = tiers(), list(Silence.objects.values())
    scores = list(CellScore.objects.values())

    def die(*args, **kwargs):
        whole(*args, **kwargs)
        raise KeyboardInterrupt

    whole = getattr(services, dies_in)
    monkeypatch.setattr(services, dies_in, die)
    with pytest.raises(KeyboardInterrupt):
        services.score_readers(as_of=END)
    assert selectors.get_newest_fit().as_of == weeks_before(1)
    assert list(CellScore.objects.values()) == scores
    assert tiers() == before
    assert list(Silence.objects.values()) == silences
    monkeypatch.undo()
    assert services.score_readers(as_of=END).fit.as_of == selectors.get_newest_fit().as_of == END


def test_a_night_looks_at_who_came_lately_and_the_week_at_all(magazine):
    services.score_readers(as_of=weeks_before(3))
    early, late = Silence.objects.filter(late=False)[:2]
    bring([(early.reader.external_id, weeks_before(2))])
    services.score_readers(as_of=weeks_before(1), refit=False)
    early.refresh_from_db()
    assert early.won_back_on == weeks_before(2)
    bring([(late.reader.external_id, weeks_before(2))])  # a log that comes late
    services.score_readers(as_of=END, refit=False)
    late.refresh_from_db()
    assert late.won_back_on is None
    assert services.end_silences(as_of=END) == 1
    late.refresh_from_db()
    assert late.won_back_on == weeks_before(2)


@pytest.mark.parametrize("again", [False, True])
def test_who_is_won_back_stays_so_though_their_figures_say_more(magazine, again):
    services.score_readers(as_of=weeks_before(1))
    silent = Silence.objects.filter(late=False).first()
    bring([(silent.reader.external_id, weeks_before(0))])
    services.score_readers(as_of=END)
    if again:
        Reader.objects.filter(pk=silent.reader_id).update(tier=Tier.LOVER)
        services.score_readers(as_of=END)
    assert Reader.objects.get(pk=silent.reader_id).tier == Tier.WON_BACK


def test_nights_take_over_what_the_week_learnt(magazine):
    week = services.score_readers(as_of=weeks_before(1)).fit
    night = services.score_readers(as_of=END, refit=False).fit
    assert night.trained_as_of == weeks_before(1)
    assert (night.parameters, night.check_result) == (week.parameters, week.check_result)
    assert night.digest != week.digest
    late = services.score_readers(as_of=END + datetime.timedelta(days=7), refit=False).fit
    assert late.trained_as_of == late.as_of  # nobody refitted for a fortnight
    assert services.score_readers(as_of=END).fit.trained_as_of == END
    assert Fit.objects.count() == 3


def test_a_night_does_not_take_over_what_was_learnt_from_days_after_it(magazine):
    services.score_readers(as_of=END)
    assert services.score_readers(
        as_of=weeks_before(1), refit=False
    ).fit.trained_as_of == weeks_before(1)


def test_who_came_back_long_ago_can_fall_silent_anew_though_nothing_ran(magazine):
    bring([("anna", weeks_before(week)) for week in range(10, 26)])
    services.score_readers(as_of=weeks_before(5))
    anna = Reader.objects.get(external_id="anna")
    assert anna.tier in (Tier.AT_RISK, Tier.LOST)
    bring([("anna", weeks_before(4)), ("anna", weeks_before(3))])
    services.score_readers(as_of=weeks_before(-6))
    assert sorted(Silence.objects.filter(reader=anna).values_list("last_day", flat=True)) == [
        weeks_before(10),
        weeks_before(3),
    ]


def test_nobody_is_told_of_readers_who_forbade_counting(magazine, heard):
    silent = services.score_readers(as_of=END)
    assert silent.newly_silent > 2
    shy, other = Silence.objects.filter(late=False)[:2]
    readers.give_consent(reader=shy.reader, purpose=Consent.VISITS, wording="Count me")
    readers.withdraw_consent(reader=shy.reader, purpose=Consent.VISITS)
    readers.give_consent(reader=other.reader, purpose=Consent.VISITS, wording="Count me")
    assert services.announce_silences(as_of=END) == silent.newly_silent - 1
    told = {kwargs["reader_id"] for _, kwargs in heard}
    assert other.reader_id in told
    assert shy.reader_id not in told
    assert services.announce_silences(as_of=END) == 0


@pytest.mark.parametrize(("days", "is_told"), [(-1, True), (0, False), (1, False)])
def test_consent_that_is_withdrawn_on_the_last_day_is_no_silence(magazine, heard, days, is_told):
    services.score_readers(as_of=END)
    shy = Silence.objects.filter(late=False)[0]
    readers.give_consent(reader=shy.reader, purpose=Consent.VISITS, wording="Count me")
    readers.withdraw_consent(reader=shy.reader, purpose=Consent.VISITS)
    noon = datetime.datetime.combine(shy.last_day, datetime.time(12), datetime.UTC)
    Consent.objects.update(withdrawn_at=noon + datetime.timedelta(days=days))
    services.announce_silences(as_of=END)
    assert (shy.reader_id in {kwargs["reader_id"] for _, kwargs in heard}) is is_told


@pytest.fixture
def meanwhile(monkeypatch):
    """Do something after a run has found who is to move, and before it moves them."""

    def set_up(job):
        def find(*args):
            found(*args)
            job()

        found = tier_transitions._collect_changes
        monkeypatch.setattr(tier_transitions, "_collect_changes", find)

    return set_up


@both
def test_who_is_written_while_a_run_goes_on_is_moved_all_the_same(magazine, meanwhile):
    services.score_readers(as_of=END)
    expected, silences = tiers(), Silence.objects.count()
    Reader.objects.update(tier="")
    Silence.objects.all().delete()
    some = list(Reader.objects.values_list("pk", flat=True)[::7])
    meanwhile(lambda: Reader.objects.filter(pk__in=some).update(language="fi"))
    assert services.score_readers(as_of=END).tiers_changed == len(expected)
    assert tiers() == expected
    assert Silence.objects.count() == silences


@both
def test_who_comes_while_a_run_goes_on_keeps_the_tier_and_was_silent(magazine, meanwhile):
    silent = services.score_readers(as_of=END)
    back = Silence.objects.filter(late=False).values_list("reader_id", flat=True)[0]
    Reader.objects.update(tier="")
    Silence.objects.all().delete()
    today = END + datetime.timedelta(days=1)
    meanwhile(lambda: Reader.objects.filter(pk=back).update(last_day=today))
    again = services.score_readers(as_of=END)
    assert again.tiers_changed == silent.fit.readers - 1
    assert tiers()[back] == ""
    assert again.newly_silent == silent.newly_silent


@both
def test_who_is_deleted_while_a_run_goes_on_has_no_silence(magazine, meanwhile):
    services.score_readers(as_of=END)
    gone = set(Silence.objects.values_list("reader_id", flat=True)[:2])
    silences = Silence.objects.count()
    Reader.objects.update(tier="")
    Silence.objects.all().delete()
    meanwhile(lambda: Reader.objects.filter(pk__in=gone).delete())
    report = services.score_readers(as_of=END)
    assert not Silence.objects.exclude(reader__in=Reader.objects.all()).exists()
    assert report.newly_silent + report.found_late == Silence.objects.count() == silences - 2


def test_a_reader_takes_silences_along_in_postgresql_by_whatever_way(magazine):
    """Those too that a run writes while Django deletes the reader: it has looked before."""
    if connection.vendor != "postgresql":
        pytest.skip("one writes at a time")
    operations = import_module("cx_feedback.loyalty.migrations._operations")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_trigger WHERE tgname = 'cx_feedback_loyalty_delete_silences'"
        )
        there = cursor.fetchone()
    if not there:  # tables made without migrations
        with connection.schema_editor() as editor:
            operations.create_trigger(None, editor)
    services.score_readers(as_of=END)
    first, *others = Silence.objects.values_list("reader_id", flat=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cx_feedback_readers_visitday WHERE reader_id = %s", [first])
        cursor.execute("DELETE FROM cx_feedback_readers_reader WHERE id = %s", [first])
    assert sorted(Silence.objects.values_list("reader_id", flat=True)) == sorted(others)
