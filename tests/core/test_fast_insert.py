from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cx_feedback.core.database.fast_insert import (
    get_by_unique_column,
    insert_row,
    insert_rows,
    insert_rows_for,
)
from cx_feedback.readers.models import Activity, Reader, VisitDay

pytestmark = pytest.mark.django_db


def test_a_row_is_stored_as_save_stores_it(django_assert_num_queries):
    reader = Reader(language="es", last_day=timezone.localdate())
    with django_assert_num_queries(1):
        insert_row(reader)
    again = Reader.objects.get()
    assert again == reader
    assert (again.key, again.language, again.last_day) == (reader.key, "es", reader.last_day)
    activity = Activity(reader=reader, kind="x", detail={"a": ["ñ", 1]})
    insert_row(activity)
    stored = Activity.objects.get(pk=activity.pk)
    assert (stored.detail, stored.at) == (activity.detail, activity.at)
    activity.kind = "y"
    activity.save()
    assert Activity.objects.get().kind == "y"


@pytest.mark.parametrize(
    "said",
    [
        {"external_id": "", "counts_visits": False, "active_periods": 0, "email": None},
        {"external_id": "it's 100 %s", "counts_visits": True, "email": "a@example.org"},
    ],
)
def test_what_most_rows_have_is_stored_as_save_stores_it(said):
    told = []
    for store in (insert_row, Reader.save):
        reader = Reader(**said)
        store(reader)
        told.append(Reader.objects.filter(pk=reader.pk).values(*said).get())
        reader.delete()
    assert told == [said, said]
    for detail in ({}, {"a": None}, [], "", 0, False, None):
        activity = Activity(reader=Reader.objects.create(), kind="x", detail=detail)
        if detail is None:
            with pytest.raises(IntegrityError), transaction.atomic():
                insert_row(activity)
        else:
            insert_row(activity)
            assert Activity.objects.get(pk=activity.pk).detail == detail


def test_constraints_hold():
    insert_row(Reader(email="a@example.org"))
    with pytest.raises(IntegrityError):
        insert_row(Reader(email="a@example.org"))


def test_rows_take_the_keys_of_earlier_ones(django_assert_num_queries):
    today = timezone.localdate()
    Reader.objects.create()  # so that keys of different tables differ
    reader = Reader(language="es")
    first = Activity(reader=reader, kind="x")
    rows = [reader, VisitDay(reader=reader, day=today), first, Activity(reader=reader, kind="y")]
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 4):
        insert_rows(rows, {(3, "object_id"): 2})
        assert first.reader is reader
    assert VisitDay.objects.get().reader == reader == Reader.objects.get(language="es")
    told = {(a.pk, a.kind, a.object_id, a.reader_id) for a in Activity.objects.all()}
    assert told == {(first.pk, "x", None, reader.pk), (rows[3].pk, "y", first.pk, reader.pk)}
    assert (rows[3].object_id, first.reader_id) == (first.pk, reader.pk)


def test_a_refused_row_refuses_all():
    insert_row(Reader(email="a@example.org"))
    reader = Reader(language="es")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([reader, Activity(reader=reader, kind="x"), Reader(email="a@example.org")])
    assert Reader.objects.count() == 1
    assert not Activity.objects.exists()


def test_a_row_is_found_as_filter_finds_it(django_assert_num_queries):
    insert_row(Reader(language="es", last_day=timezone.localdate()))
    there = Reader.objects.get()
    with django_assert_num_queries(1):
        found = get_by_unique_column(Reader, "key", there.key)
    names = [field.attname for field in Reader._meta.concrete_fields]
    assert [getattr(found, n) for n in names] == [getattr(there, n) for n in names]
    found.language = "en"
    found.save()
    assert Reader.objects.get().language == "en"
    assert get_by_unique_column(Reader, "key", uuid4()) is None


def test_rows_are_stored_with_looking_for_whose_they_are(django_assert_num_queries):
    insert_rows(
        [
            Reader(language="en"),
            Reader(language="es", last_period=7, first_period=7, active_periods=1),
        ]
    )
    there = Reader.objects.get(language="es")
    rows = [Activity(kind="x", detail={"a": 1}), Activity(kind="y")]
    can = connection.vendor == "postgresql"
    links = {(1, "object_id"): 0}
    with django_assert_num_queries(3 if can else 0):
        for where in ({"key": uuid4()}, {"key": there.key, "last_period": 8}):
            assert insert_rows_for(Reader, where, rows, links) is None
        held = insert_rows_for(Reader, {"key": there.key, "last_period": 7}, rows, links)
    assert Activity.objects.count() == (2 if can else 0)
    if can:
        assert (held, held.key, held.language) == (there, there.key, "es")
        told = {(a.pk, a.kind, a.object_id, a.reader_id) for a in Activity.objects.all()}
        first, second = rows
        assert told == {(first.pk, "x", None, there.pk), (second.pk, "y", first.pk, there.pk)}
        assert (second.object_id, first.reader_id, first.reader) == (first.pk, there.pk, held)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="one statement on PostgreSQL only")
@pytest.mark.parametrize(
    ("agreed", "last", "stored"), [(False, 7, True), (False, 8, True), (True, 7, True),
                                   (True, 8, False)]
)  # fmt: skip
def test_a_condition_may_hold_for_some_rows_only(django_assert_num_queries, agreed, last, stored):
    insert_rows([Reader(counts_visits=agreed, last_period=7, first_period=7, active_periods=1)])
    there, rows = Reader.objects.get(), [Activity(kind="x", detail={})]
    also = ("counts_visits", {"last_period": last})
    with django_assert_num_queries(1):
        held = insert_rows_for(Reader, {"key": there.key}, rows, {}, where_set=also)
    assert (held == there) is stored
    assert Activity.objects.exists() is stored
