import datetime

import pytest

from cx_feedback.core import signals
from cx_feedback.readers import services
from cx_feedback.readers.models import Activity, Consent, Reader, VisitDay
from cx_feedback.readers.periods import get_first_day, get_period
from cx_feedback.readers.privacy import person_requests
from tests.conftest import consenting

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2026, 3, 2)


def figures(reader):
    reader.refresh_from_db()
    return (
        reader.last_period - reader.first_period,
        reader.active_periods,
        reader.last_day,
    )


def test_the_first_act_of_a_period_counts_and_later_ones_do_not(reader):
    for days in (0, 0, 3, 7, 6, 21):
        services.count_day(reader=reader, day=MONDAY + datetime.timedelta(days=days))
    assert figures(reader) == (3, 3, MONDAY + datetime.timedelta(days=21))
    # The first day of each period, and the sixth, which came when its period was over.
    noted = VisitDay.objects.order_by("day").values_list("day", flat=True)
    assert [(day - MONDAY).days for day in noted] == [0, 6, 7, 21]


@pytest.mark.parametrize("days", [0, 4])
def test_a_later_act_of_the_period_is_one_statement(reader, django_assert_num_queries, days):
    monday = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    services.record_act(reader=reader, kind="response", at=monday)
    before = figures(reader)
    again = Reader.objects.get(pk=reader.pk)
    with django_assert_num_queries(1) as captured:
        services.record_act(
            reader=again, kind="response", at=monday + datetime.timedelta(days=days)
        )
    assert captured[0]["sql"].startswith(f'INSERT INTO "{Activity._meta.db_table}"')
    assert figures(reader) == before
    assert (Activity.objects.count(), VisitDay.objects.count()) == (2, 1)


def test_a_later_visit_of_the_period_writes_nothing(reader, django_assert_num_queries):
    services.count_day(reader=reader, day=MONDAY)
    again = Reader.objects.get(pk=reader.pk)
    with django_assert_num_queries(0):
        services.count_day(reader=again, day=MONDAY + datetime.timedelta(days=6))
    assert VisitDay.objects.count() == 1


def test_what_others_do_about_a_reader_counts_no_day(reader):
    services.record_act(reader=reader, kind="comment_approved", here=False)
    assert Activity.objects.get().kind == "comment_approved"
    assert not VisitDay.objects.exists()


def test_a_day_from_before_moves_the_first_period(reader):
    services.count_day(reader=reader, day=MONDAY)
    services.count_day(reader=reader, day=MONDAY - datetime.timedelta(days=14))
    assert figures(reader) == (2, 2, MONDAY)


def test_periods_begin_on_mondays():
    assert get_period(MONDAY) == get_period(MONDAY + datetime.timedelta(days=6))
    assert get_period(MONDAY - datetime.timedelta(days=1)) == get_period(MONDAY) - 1
    assert get_first_day(get_period(MONDAY)) == MONDAY


def test_act_tells_other_rooms(reader):
    seen = []

    def receiver(sender, **kwargs):
        seen.append((kwargs["kind"], kwargs["reader_id"], kwargs["detail"]))

    signals.reader_acted.connect(receiver)
    try:
        services.record_act(reader=reader, kind="nps", detail={"class": "promoter"})
    finally:
        signals.reader_acted.disconnect(receiver)
    assert seen == [("nps", reader.pk, {"class": "promoter"})]


def test_who_has_nothing_to_do_with_an_act_is_not_called(reader, monkeypatch):
    seen = []

    def receiver(sender, **kwargs):
        seen.append(kwargs["kind"])

    def is_wanted(sender, kind, **kwargs):
        return kind == "nps"

    monkeypatch.setattr(signals.reader_acted, "receivers", [])
    monkeypatch.setattr(signals.act_wanted, "receivers", [])
    signals.reader_acted.connect(receiver)
    signals.act_wanted.connect(is_wanted)
    for kind in ("comment", "nps"):
        services.record_act(reader=reader, kind=kind)
    assert seen == ["nps"]


def test_consent_is_kept_once_and_withdrawn(reader):
    for _ in range(2):
        services.give_consent(reader=reader, purpose=Consent.VISITS, wording="May we?")
    assert reader.consents.count() == 1
    assert services.withdraw_consent(reader=reader, purpose=Consent.VISITS)
    assert not services.withdraw_consent(reader=reader, purpose=Consent.VISITS)
    reader.refresh_from_db()
    assert not reader.counts_visits


def test_an_address_belongs_to_one_reader(reader):
    assert services.confirm_email(reader=reader, email=" Ana@Example.org ") == reader
    other = services.create_reader()
    assert services.confirm_email(reader=other, email="ana@example.org") == reader


def test_export_and_erasure(reader):
    services.confirm_email(reader=reader, email="ana@example.org")
    services.record_act(reader=reader, kind="response")
    found = person_requests.export_person(email="ANA@example.org")
    assert found["readers"][0]["activities"][0]["kind"] == "response"
    assert services.erase_person(email="ana@example.org")["readers"] == 1
    assert not Reader.objects.filter(pk=reader.pk).exists()
    assert not Activity.objects.exists()


def test_figures_are_rebuilt_by_the_database_as_python_counts_them(reader):
    days = [
        datetime.date(1969, 12, 28),
        datetime.date(1970, 1, 4),
        MONDAY,
        datetime.date(1997, 1, 1),
    ]
    VisitDay.objects.bulk_create([VisitDay(reader=reader, day=day) for day in days])
    other = services.create_reader()
    assert services.rebuild_figures(reader_ids=[reader.pk, other.pk]) == 1
    reader.refresh_from_db()
    periods = sorted({get_period(day) for day in days})
    assert (reader.first_period, reader.last_period) == (periods[0], periods[-1])
    assert (reader.active_periods, reader.last_day) == (len(periods), MONDAY)
    assert services.rebuild_figures(reader_ids=[reader.pk]) == 0


def test_figures_are_emptied_when_no_day_is_left(reader):
    services.count_day(reader=reader, day=MONDAY)
    reader.visit_days.all().delete()
    assert services.rebuild_figures(reader_ids=[reader.pk]) == 1
    reader.refresh_from_db()
    assert (reader.first_period, reader.active_periods, reader.last_day) == (None, 0, None)


def test_rebuilding_costs_the_same_for_many(reader, django_assert_num_queries):
    ids = [consenting(day=MONDAY).pk for _ in range(20)]
    Reader.objects.update(active_periods=3)
    with django_assert_num_queries(4):  # savepoint, lock, update, release
        assert services.rebuild_figures(reader_ids=ids) == 20
