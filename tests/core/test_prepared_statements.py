"""The statements of ``fast_insert`` store the same rows prepared, and work behind a pooler."""

import logging

import pytest
from django.db import DatabaseError, connection, transaction

from cx_feedback.core.database import prepared_statements
from cx_feedback.core.database.fast_insert import insert_row, insert_rows, insert_rows_for
from cx_feedback.readers.models import Activity, Reader

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="for PostgreSQL alone")


@pytest.fixture(autouse=True)
def forget_poolers(monkeypatch):
    monkeypatch.setattr(prepared_statements, "_pooled", set())


def count_prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement ~ 'INSERT'")
        return cursor.fetchone()[0]


def forget_statements():
    """Make the connection one that has prepared nothing, without psycopg noticing it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DEALLOCATE "{name}"')


def insert_activities(count):
    reader = Reader.objects.create()
    for number in range(count):
        insert_row(Activity(reader=reader, kind="x", object_id=number + 1, detail={"n": number}))


@pytest.mark.django_db(transaction=True)
def test_a_statement_is_prepared_after_some_executions():
    insert_activities(prepared_statements.THRESHOLD)
    assert count_prepared() == 0
    insert_activities(3)
    assert count_prepared() == 1
    assert Activity.objects.count() == prepared_statements.THRESHOLD + 3


@pytest.mark.django_db(transaction=True)
def test_prepared_statements_store_the_same_rows(monkeypatch):
    stored = []
    for threshold in (None, 0):
        monkeypatch.setattr(prepared_statements, "THRESHOLD", threshold)
        connection.close()
        Reader.objects.all().delete()
        for _ in range(3):
            reader = Reader(language="it's %s ñ", email=None)
            insert_rows([reader, Activity(reader=reader, kind="ñ", detail={"%s": [None, 1.5]})])
            rows = [Activity(kind="y", page_id=None, detail={})]
            assert insert_rows_for(Reader, {"key": reader.key}, rows, {}) == reader
        assert bool(count_prepared()) is (threshold == 0)
        names = ("kind", "page_id", "object_id", "detail", "reader__language", "reader__email")
        stored.append(list(Activity.objects.order_by("pk").values(*names)))
    assert stored[0] == stored[1]
    assert len(stored[0]) == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "configured",
    [
        {"DISABLE_SERVER_SIDE_CURSORS": True},
        {"OPTIONS": {"prepare_threshold": None}},
        {"OPTIONS": {"server_side_binding": False}},
    ],
)
def test_nothing_is_prepared_where_the_site_says_so(monkeypatch, configured):
    connection.close()
    for key, value in configured.items():
        monkeypatch.setitem(connection.settings_dict, key, value)
    insert_activities(prepared_statements.THRESHOLD + 3)
    assert count_prepared() == 0


@pytest.mark.django_db(transaction=True)
def test_behind_a_pooler_rows_are_stored_once_by_plain_statements(caplog):
    insert_activities(prepared_statements.THRESHOLD + 1)
    assert count_prepared() == 1
    forget_statements()
    with caplog.at_level(logging.WARNING):
        insert_activities(prepared_statements.THRESHOLD + 1)
    assert Activity.objects.count() == 2 * (prepared_statements.THRESHOLD + 1)
    assert [record.name for record in caplog.records] == [prepared_statements.__name__]
    assert count_prepared() == 0


@pytest.mark.django_db(transaction=True)
def test_behind_a_pooler_a_transaction_fails_once():
    insert_activities(prepared_statements.THRESHOLD + 1)
    forget_statements()
    with pytest.raises(DatabaseError), transaction.atomic():
        insert_activities(1)
    with transaction.atomic():
        insert_activities(1)
    assert Activity.objects.count() == prepared_statements.THRESHOLD + 2
