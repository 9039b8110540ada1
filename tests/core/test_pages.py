"""What is remembered of pages, and when every process forgets it."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from wagtail.models import PageViewRestriction

from cx_feedback.core.caching.generations import Generation
from cx_feedback.core.checks import check_shared_cache
from cx_feedback.core.errors import FeedbackError, InvalidInput
from cx_feedback.core.pages import page_access
from cx_feedback.core.pages.page_access import require_page

pytestmark = pytest.mark.django_db


def test_a_public_page_is_looked_up_once(article, django_assert_num_queries):
    require_page(article.pk)
    with django_assert_num_queries(0):
        require_page(article.pk)
    article.save_revision().publish()  # takes nothing away from anybody
    with django_assert_num_queries(0):
        require_page(article.pk)


def test_a_page_that_is_public_again_is_found_again(article):
    restriction = PageViewRestriction.objects.create(page=article, restriction_type="login")
    with pytest.raises(InvalidInput):
        require_page(article.pk)
    restriction.delete()
    assert require_page(article.pk) == article.pk


@pytest.mark.django_db(transaction=True)
def test_what_others_look_up_before_the_commit_is_not_remembered_after_it(article):
    with transaction.atomic():
        PageViewRestriction.objects.create(page=article, restriction_type="login")
        # Another process, which does not see the row yet.
        _known, token = page_access.visibility.recall(f"cx:page:{article.pk}")
        page_access.visibility.keep(f"cx:page:{article.pk}", 1, token, 30)
    with pytest.raises(InvalidInput):
        require_page(article.pk)


def test_a_generation_that_the_cache_lost_does_not_come_back():
    generation = Generation("test")
    _nothing, token = generation.recall("cx:test")
    generation.keep("cx:test", "old", token, 30)
    assert generation.recall("cx:test")[0] == "old"
    cache.delete("cx:generation:test")
    assert generation.recall("cx:test")[0] is None


@override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}})
def test_without_a_cache_every_look_is_a_new_one(article):
    require_page(article.pk)
    article.unpublish()
    with pytest.raises(FeedbackError):
        require_page(article.pk)


def test_who_deploys_is_told_that_processes_do_not_share_a_cache():
    assert [m.id for m in check_shared_cache(None)] == ["cx_feedback.W003"]
    redis = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    with override_settings(CACHES={**settings.CACHES, **redis}):
        assert check_shared_cache(None) == []
