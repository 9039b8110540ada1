import pytest
from django.db import IntegrityError
from django.utils import timezone

from cx_feedback.core.rows import insert
from cx_feedback.readers.models import Activity, Reader

pytestmark = pytest.mark.django_db


def test_a_row_is_stored_as_save_stores_it(django_assert_num_queries):
    reader = Reader(language="es", last_day=timezone.localdate())
    with django_assert_num_queries(1):
        insert(reader)
    again = Reader.objects.get()
    assert again == reader
    assert (again.key, again.language, again.last_day) == (reader.key, "es", reader.last_day)
    activity = Activity(reader=reader, kind="x", detail={"a": ["ñ", 1]})
    insert(activity)
    stored = Activity.objects.get(pk=activity.pk)
    assert (stored.detail, stored.at) == (activity.detail, activity.at)
    activity.kind = "y"
    activity.save()
    assert Activity.objects.get().kind == "y"


def test_constraints_hold():
    insert(Reader(email="a@example.org"))
    with pytest.raises(IntegrityError):
        insert(Reader(email="a@example.org"))
