"""Rows that ``fast_insert`` stores are those that ``save()`` stores, for every model."""

import datetime
import uuid
from copy import copy

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models.signals import post_init

from cx_feedback.comments.models import Comment, Thread
from cx_feedback.core.database.fast_insert import FAST_MODELS, insert_row, insert_rows
from cx_feedback.core.database.new_rows import build_row
from cx_feedback.newsletter.models import Subscription
from cx_feedback.readers.models import Reader
from tests.pages import make_survey

pytestmark = pytest.mark.django_db

FAST = sorted(FAST_MODELS, key=lambda model: model._meta.label)
NOW = datetime.datetime(2026, 3, 29, 1, 30, tzinfo=datetime.UTC)
VALUES = [
    (models.BooleanField, True),
    (models.UUIDField, uuid.UUID(int=7)),
    (models.DateTimeField, NOW),
    (models.DateField, NOW.date()),
    (models.JSONField, {"a": ["ñ", None, 1.5], "%s": "'"}),
    (models.IntegerField, 3),
    (models.FloatField, 0.25),
    (models.EmailField, "ñ@example.org"),
    (models.CharField, "ñ%s'"),
    (models.TextField, "it's\n100 %s ñ \\ \u200d"),
]


@pytest.fixture
def related(article, django_user_model):
    """Return a row of each model that foreign keys point to."""
    survey = make_survey()
    account = django_user_model.objects.create_user("ana")
    thread = Thread.objects.create(page=article)
    rows = [Reader.objects.create(), survey, survey.versions.get(), account, thread]
    return {type(row): row for row in rows}


def build(model, related, *, filled):
    """Return an instance with all its fields set, or with those alone that must be."""
    row = model()
    for field in model._meta.local_concrete_fields:
        if field.primary_key:
            continue
        if field.related_model is not None:
            if not field.null or (filled and field.related_model in related):
                setattr(row, field.name, related[field.related_model])
        elif not field.choices and (filled or not (field.has_default() or field.null)):
            value = next(value for kind, value in VALUES if isinstance(field, kind))
            short = isinstance(value, str) and field.max_length
            setattr(row, field.name, value[: field.max_length] if short else value)
    return row


def stored(row, store):
    """Return the columns of ``row`` as the database has them after ``store``, less its key."""
    try:
        with transaction.atomic():
            store(row)
            [values] = type(row)._default_manager.filter(pk=row.pk).values()
            raise LookupError
    except LookupError:
        del values[row._meta.pk.attname]
        return values


def test_the_models_are_those_of_readers_acts():
    assert [model._meta.label_lower.removeprefix("cx_feedback_") for model in FAST] == [
        "comments.comment", "readers.activity", "readers.reader", "readers.visitday",
        "surveys.answeredonce", "surveys.response", "surveys.start",
    ]  # fmt: skip


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("model", FAST)
def test_they_store_what_save_stores(model, filled, fast, related, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "FAST_INSERTS": fast}
    row = build(model, related, filled=filled)
    for name in {"created_at", "at"} & {field.name for field in model._meta.fields}:
        setattr(row, name, NOW)
    if isinstance(row, Comment):
        row.depth = 0  # as its empty parent says
    ours, plain = stored(copy(row), insert_row), stored(copy(row), models.Model.save)
    assert ours == plain
    if filled:
        assert [name for name, value in ours.items() if value is None] in (
            [],
            ["parent_id", "root_id"],
        )


@pytest.mark.parametrize("model", FAST)
def test_new_rows_are_those_of_the_model(model, related):
    """Also with relations, values of its own, and with defaults that are made for each row."""
    same = uuid.UUID(int=1)
    given = {}
    for field in model._meta.local_concrete_fields:
        if field.related_model in related:
            given[field.name] = related[field.related_model]
        elif field.name in ("created_at", "at"):
            given[field.name] = NOW
        elif field.name == "key" and isinstance(field, models.UUIDField):
            given[field.name] = same
    for values in (given, {**given, "pk": 7}):
        ours, plain = build_row(model, **values), model(**values)
        held, wanted = dict(vars(ours)), dict(vars(plain))
        state, known = held.pop("_state"), wanted.pop("_state")
        assert held == wanted
        assert (state.adding, state.db, state.fields_cache) == (True, known.db, known.fields_cache)
    other = build_row(model, **given)
    shared = [
        n for n, v in vars(ours).items() if isinstance(v, (dict, list)) and v is vars(other)[n]
    ]
    assert shared == []


def test_a_new_row_has_no_other_fields():
    with pytest.raises(TypeError, match="unexpected keyword"):
        build_row(Reader, languages="es")


def test_receivers_of_new_rows_are_called():
    told = []

    def receiver(instance, **kwargs):
        told.append(instance)

    post_init.connect(receiver, sender=Reader)
    try:
        reader = build_row(Reader, language="es")
    finally:
        post_init.disconnect(receiver, sender=Reader)
    assert told == [reader]


def test_other_models_are_refused():
    before = Subscription.objects.count()
    with pytest.raises(TypeError, match=r"Subscription .* use save"):
        insert_rows([Reader(), Subscription()])
    assert (Reader.objects.count(), Subscription.objects.count()) == (0, before)
    assert all(apps.get_model(model._meta.label) is model for model in FAST)
