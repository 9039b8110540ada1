import datetime

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from cx_feedback.core import signals
from cx_feedback.loyalty import selectors, services, tasks
from cx_feedback.loyalty.models import CellScore, Fit, Silence, TierCount
from cx_feedback.loyalty.scoring.tier_rules import SILENT_TIERS, Tier
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from cx_feedback.readers.privacy import person_requests
from tests.loyalty.conftest import END, TRUTH, bring, weeks_before

pytestmark = pytest.mark.django_db


def test_score_fits_scores_and_gives_tiers(magazine):
    report = services.score_readers(as_of=END)
    fit = report.fit
    assert report.refitted
    assert fit.quality == "good"
    assert abs(fit.alpha / (fit.alpha + fit.beta) - TRUTH.alpha / (TRUTH.alpha + TRUTH.beta)) < 0.15
    assert fit.readers == Reader.objects.count() == sum(report.tiers.values())
    assert fit.first_day == min(day for _, day in magazine) - datetime.timedelta(
        days=min(day for _, day in magazine).weekday()
    )
    assert fit.expected_low < fit.expected < fit.expected_high
    assert report.tiers_changed == fit.readers
    for tier, count in report.tiers.items():
        assert Reader.objects.filter(tier=tier).count() == count
        assert TierCount.objects.get(fit=fit, tier=tier).readers == count
    assert {"new", "fly_by", "loyal", "lover", "at_risk", "lost"} <= report.tiers.keys()


def test_every_reader_has_the_score_of_their_cell(magazine):
    fit = services.score_readers(as_of=END).fit
    for row in selectors.get_reader_scores(Reader.objects.all(), fit):
        cell = CellScore.objects.get(fit=fit, x=row.x, t_x=row.t_x, n=row.n)
        assert (row.p_return, row.reader.tier) == (cell.p_return, cell.tier)


def test_a_second_run_changes_nothing(magazine):
    services.score_readers(as_of=END)
    services.announce_silences(as_of=END)
    before = (list(CellScore.objects.values()), list(Silence.objects.values()))
    again = services.score_readers(as_of=END)
    assert not again.changed
    assert services.announce_silences(as_of=END) == 0
    assert (list(CellScore.objects.values()), list(Silence.objects.values())) == before
    assert Fit.objects.count() == 1


def test_only_readers_whose_tier_changes_are_written(magazine):
    services.score_readers(as_of=END)
    bring([("reader-1", END + datetime.timedelta(days=1))])
    Reader.objects.filter(external_id="reader-2").update(tier="nonsense")
    report = services.score_readers(as_of=END)
    assert (report.refitted, report.tiers_changed) == (False, 1)


def test_statements_do_not_grow_with_readers(magazine):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            services.score_readers(as_of=END)
        return len(captured)

    services.score_readers(as_of=END)
    before = statements()
    bring([(f"more-{n}", weeks_before(n % 20)) for n in range(200)])
    services.score_readers(as_of=END)
    assert statements() == before < 55


def test_scores_come_back_after_a_worker_died_between_fit_and_readers(magazine):
    services.score_readers(as_of=END)
    Reader.objects.update(tier="")
    Silence.objects.all().delete()
    report = services.score_readers(as_of=END)
    assert not report.refitted
    assert report.tiers_changed == Reader.objects.count()
    assert report.newly_silent > 0


def test_new_borders_give_new_tiers(magazine):
    first = services.score_readers(as_of=END)
    with override_settings(CX_FEEDBACK={"LOYALTY_TIERS": {"lover": 0.95}}):
        second = services.score_readers(as_of=END)
    assert second.refitted
    assert second.tiers["lover"] < first.tiers["lover"]


def test_history_only_touches_no_reader(magazine, heard):
    report = services.score_readers(as_of=weeks_before(4), history_only=True)
    assert sum(report.tiers.values()) == report.fit.readers < Reader.objects.count() + 1
    assert set(Reader.objects.values_list("tier", flat=True)) == {""}
    assert not Silence.objects.exists()
    services.score_readers(as_of=END)
    overview = selectors.get_overview()
    assert overview.days == [weeks_before(4), END]
    assert overview.history["lover"][0] == report.tiers["lover"]


def test_scores_by_cell_are_kept_for_the_two_newest_fits_only(magazine):
    for weeks in (6, 4, 2, 0):
        services.score_readers(as_of=weeks_before(weeks), history_only=True)
    assert set(CellScore.objects.values_list("fit__as_of", flat=True)) == {weeks_before(2), END}
    assert set(TierCount.objects.values_list("fit__as_of", flat=True)) == {
        weeks_before(weeks) for weeks in (6, 4, 2, 0)
    }


def test_nobody_there():
    report = services.score_readers(as_of=END)
    assert report.fit is None
    assert not Fit.objects.exists()
    assert selectors.get_overview() is None
    assert services.find_silences() == (0, 0)


def test_silent_readers_are_told_once_each(magazine, heard):
    report = services.score_readers(as_of=END)
    at_risk = set(Reader.objects.filter(tier=Tier.AT_RISK).values_list("pk", flat=True))
    assert report.newly_silent == len(at_risk) > 5
    assert report.found_late == Reader.objects.filter(tier=Tier.LOST).count() > 0
    assert services.announce_silences(as_of=END) == len(at_risk)
    assert {kwargs["reader_id"] for _, kwargs in heard} == at_risk
    assert len(heard) == len(at_risk)
    name, first = heard[0]
    silence = Silence.objects.get(pk=first["silence_id"])
    assert (name, first["since"], first["probability"]) == (
        "silent",
        silence.last_day,
        silence.probability,
    )
    services.score_readers(as_of=END + datetime.timedelta(days=1))
    services.find_silences()
    services.announce_silences()
    told = [kwargs["reader_id"] for _, kwargs in heard]
    assert len(told) == len(set(told))


def test_a_silent_reader_came_at_least_twice(magazine):
    services.score_readers(as_of=END)
    assert not Silence.objects.filter(reader__active_periods__lt=2).exists()
    assert set(Silence.objects.values_list("reader__tier", flat=True)) == set(
        map(str, SILENT_TIERS)
    )


def test_a_receiver_that_fails_leaves_the_silence_untold(magazine, heard):
    services.score_readers(as_of=END)

    def fail(sender, **kwargs):
        raise RuntimeError("no disk")

    signals.reader_fell_silent.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            services.announce_silences(as_of=END)
    finally:
        signals.reader_fell_silent.disconnect(fail)
    assert not Silence.objects.filter(announced_at__isnull=False).exists()
    heard.clear()
    assert services.announce_silences(as_of=END) == len(heard) > 0


def test_who_came_again_meanwhile_is_not_told_of(magazine, heard):
    services.score_readers(as_of=END)
    silence = Silence.objects.filter(late=False).first()
    readers.count_day(reader=silence.reader, day=END + datetime.timedelta(days=2))
    services.announce_silences(as_of=END + datetime.timedelta(days=2))
    assert silence.reader_id not in {kwargs["reader_id"] for _, kwargs in heard}
    # As of the day itself the visit lies in the future and must not be known.
    assert services.announce_silences(as_of=END) == 1


def test_won_back_once_with_the_days_of_silence(magazine, heard):
    services.score_readers(as_of=END)
    services.announce_silences(as_of=END)
    silence = Silence.objects.filter(late=False).first()
    back = END + datetime.timedelta(days=3)
    readers.count_day(reader=silence.reader, day=back)
    readers.count_day(reader=silence.reader, day=back + datetime.timedelta(days=1))
    heard.clear()
    assert services.end_silences(as_of=back - datetime.timedelta(days=1)) == 0
    assert services.end_silences(as_of=weeks_before(-1)) == 1
    assert services.end_silences(as_of=weeks_before(-1)) == 0
    assert heard == [
        (
            "back",
            {
                "reader_id": silence.reader_id,
                "silence_id": silence.pk,
                "days": (back - silence.last_day).days,
            },
        )
    ]
    silence.reader.refresh_from_db()
    assert silence.reader.tier == Tier.WON_BACK
    report = services.score_readers(as_of=weeks_before(-1))
    assert report.tiers[Tier.WON_BACK] == 1
    silence.reader.refresh_from_db()
    assert silence.reader.tier == Tier.WON_BACK
    services.score_readers(as_of=weeks_before(-6))
    silence.reader.refresh_from_db()
    assert silence.reader.tier != Tier.WON_BACK


def test_a_second_silence_of_the_same_reader_is_told_again(magazine, heard):
    bring([("anna", weeks_before(week)) for week in range(10, 26)])
    bring([("anna", weeks_before(week)) for week in (0, 1, 2)])
    # Others go on coming: days without anybody are held against nobody.
    bring([(f"other-{day}", END + datetime.timedelta(days=day)) for day in range(1, 36)])
    anna = Reader.objects.get(external_id="anna")
    for week in (5, 1, -5):
        services.score_readers(as_of=weeks_before(week))
        services.announce_silences(as_of=weeks_before(week))
    told = [
        (name, kwargs.get("since"), kwargs.get("days"))
        for name, kwargs in heard
        if kwargs["reader_id"] == anna.pk
    ]
    assert told == [
        ("silent", weeks_before(10), None),
        ("back", None, 8 * 7),
        ("silent", END, None),
    ]


def test_tasks_are_thin_and_repeatable(magazine, heard, settings):
    tasks.score_readers(as_of=END.isoformat())
    Silence.objects.all().delete()
    assert tasks.find_silences() > 0
    assert tasks.find_silences() == 0
    told = tasks.announce_silences()
    assert told == len(heard) > 0
    assert tasks.announce_silences() == 0
    assert tasks.end_silences() == 0


def test_a_person_is_exported_and_erased(magazine):
    services.score_readers(as_of=END)
    reader = Silence.objects.filter(late=False).first().reader
    told = person_requests.export_person(reader_ids=[reader.pk])
    (found,) = told["loyalty"]
    assert found["tier"] == "at_risk"
    assert 0 < found["return_probability"] < 1
    assert found["based_on"]["active_periods"] == reader.active_periods
    assert told["absences"][0]["last_visit"] == reader.last_day.isoformat()
    assert readers.erase_person(reader_ids=[reader.pk])["absences"] == 1
    assert not Silence.objects.filter(reader_id=reader.pk).exists()
