"""Fixtures that every room's tests share."""

import pytest
from django.core.cache import cache
from wagtail.models import Page, Site

from cx_feedback.readers import services as readers
from tests.site.models import ArticlePage

#: Headers by which a browser says that a page of this site made the request.
OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
#: Headers of a request that a page of another site made.
FOREIGN = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://evil.example"}


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def home(db):
    return Site.objects.get(is_default_site=True).root_page.specific


@pytest.fixture
def article(home):
    """A live article without blocks; tests set ``body`` and publish."""
    return home.add_child(instance=ArticlePage(title="An article", slug="an-article"))


@pytest.fixture
def reader(db):
    return readers.begin()


@pytest.fixture
def own_client(client):
    """A test client whose requests come from a page of this site."""
    client.defaults.update(OWN)
    return client


@pytest.fixture
def root_page(db) -> Page:
    return Page.objects.get(depth=1)
