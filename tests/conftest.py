"""Fixtures that every room's tests share."""

import gc

import hypothesis
import pytest
from celery import Celery
from django.core.cache import cache
from django.db import connection, transaction
from django.test import TransactionTestCase
from wagtail.models import Collection, Locale, Page, Site

from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from tests import frontend_cache, steps
from tests.site.models import ArticlePage

# Whatever is imported stays to the end: to look through it all the time is a sixth of a run.
gc.set_threshold(100_000, 50, 50)

# What a busy machine takes for an example says nothing about it.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")

#: Tasks run inline (CELERY_TASK_ALWAYS_EAGER): a nudge asks for no broker.
celery_app = Celery("tests", set_as_current=True)
celery_app.config_from_object("django.conf:settings", namespace="CELERY")
celery_app.set_default()

#: Headers by which a browser says that a page of this site made the request.
OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
#: Headers of a request that a page of another site made.
FOREIGN = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://evil.example"}


#: What Django's signals after migrating bring; it stays as it is.
PLANTED = {"django_content_type", "auth_permission", "django_migrations"}


def empty_what_has_rows(_test: TransactionTestCase) -> None:
    """Delete the rows of a test with real transactions, in place of Django's flush.

    PostgreSQL takes a second and more to truncate a hundred tables, of which a test fills ten.
    """
    tables = set(connection.introspection.django_table_names(only_existing=True)) - PLANTED
    filled = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in sorted(tables)
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(filled)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")  # foreign keys are looked at with the commit


if connection.vendor == "postgresql":
    TransactionTestCase._fixture_teardown = empty_what_has_rows


@pytest.hookimpl(tryfirst=True)  # before those that the markers leave out are gone
def pytest_collection_modifyitems(items):
    steps.collected = {
        item.nodeid: {marker.name for marker in item.iter_markers()} for item in items
    }
    items.sort(key=lambda item: steps.get_turn(item.nodeid))


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Plant what Wagtail's migrations bring, where tables were made without them."""
    with django_db_blocker.unblock():
        if not Site.objects.exists():
            plant_site()


def consenting(day=None, **fields):
    """Return a new reader whose days count, here on ``day`` if given."""
    reader = readers.create_reader(**fields)
    Reader.objects.filter(pk=reader.pk).update(counts_visits=True)
    reader.counts_visits = True
    if day is not None:
        readers.count_day(reader=reader, day=day)
    return reader


@pytest.fixture
def home(db):
    site = Site.objects.filter(is_default_site=True).first() or plant_site()
    return site.root_page.specific


def plant_site() -> Site:
    """Make what Wagtail's migrations make: a test with real transactions flushes it."""
    locale, _ = Locale.objects.get_or_create(language_code="en")
    root = Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    home = root.add_child(instance=Page(title="Welcome", slug="home", locale=locale))
    Collection.add_root(name="Root")
    return Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)


@pytest.fixture
def article(home):
    """A live article without blocks; tests set ``body`` and publish."""
    return home.add_child(instance=ArticlePage(title="An article", slug="an-article"))


@pytest.fixture
def reader(db):
    """A reader who agreed to visits being counted; without the row of the consent."""
    return consenting()


@pytest.fixture
def own_client(client):
    """A test client whose requests come from a page of this site."""
    client.defaults.update(OWN)
    return client


@pytest.fixture
def root_page(db) -> Page:
    return Page.objects.get(depth=1)


@pytest.fixture
def purged(settings, monkeypatch):
    """The addresses that a cache in front was told to forget, on a site that has one."""
    monkeypatch.setattr(
        "cx_feedback.comments.rendering.frontend_cache.apps.is_installed", lambda name: True
    )
    monkeypatch.setattr(frontend_cache.Noted, "purged", [])
    monkeypatch.setattr(frontend_cache.Noted, "errors", [])
    settings.WAGTAILFRONTENDCACHE = frontend_cache.CACHES
    settings.WAGTAILFRONTENDCACHE_LANGUAGES = []
    return frontend_cache.Noted.purged


@pytest.fixture
def added_field():
    """Each serializer of REST answers has a field more (``tests.rest_shapes``)."""
    from tests.rest_shapes import add_field

    with add_field():
        yield
