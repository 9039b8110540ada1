import datetime
import time

import pytest
from django.utils import timezone
from wagtail.models import Site

from cx_feedback.comments import services
from cx_feedback.comments.models import CommentSettings, Policy, Rule
from cx_feedback.comments.submission import auto_close, page_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(home, article):
    """A page with the article below it."""
    page = home.add_child(instance=type(article)(title="News", slug="news"))
    article.move(page, pos="last-child")
    article.refresh_from_db()
    return page


def test_without_a_policy_the_sites_setting_holds_and_nothing_is_stored(article):
    assert page_rules.load_rules(article).rule == Rule.ALL
    assert not CommentSettings.objects.exists()
    CommentSettings.objects.create(site=Site.objects.get(), rule=Rule.OPEN, close_after=0)
    assert page_rules.load_rules(article.pk).rule == Rule.OPEN


def test_the_light_question_says_that_a_policy_closes_the_page(article, client):
    ask = {"page": article.pk, "only": "news"}
    assert client.get("/feedback/api/v1/comments/", ask).json()["closed"] is False
    Policy.objects.create(page=article.page_ptr, rule=Rule.CLOSED)
    assert client.get("/feedback/api/v1/comments/", ask).json()["closed"] is True


def test_each_site_has_its_own(home, article, root_page):
    other = root_page.add_child(instance=type(article)(title="Other", slug="other"))
    site = Site.objects.create(hostname="other.example", root_page=other)
    CommentSettings.objects.create(site=site, rule=Rule.CLOSED)
    below = other.add_child(instance=type(article)(title="There", slug="there"))
    assert page_rules.load_rules(below).closed
    assert not page_rules.load_rules(article).closed
    assert page_rules.load_rules(article, site=site).closed


def test_the_nearest_policy_rules_each_field_by_itself(home, section, article):
    Policy.objects.create(page=home, rule=Rule.TRUSTED, free_after=5, close_after=30)
    Policy.objects.create(page=section, rule=Rule.OPEN)
    Policy.objects.create(page=article, close_after=0)
    rules = page_rules.load_rules(article)
    assert (rules.rule, rules.free_after, rules.closes_at) == (Rule.OPEN, 5, None)
    assert page_rules.load_rules(home).rule == Rule.TRUSTED


def test_three_ways_to_close(section, article):
    now = timezone.now()
    article.first_published_at = now - datetime.timedelta(days=8)
    policy = Policy.objects.create(page=section, close_after=7)
    assert page_rules.load_rules(article).closed_reason == auto_close.BY_AGE
    article.first_published_at = now - datetime.timedelta(days=6)
    rules = page_rules.load_rules(article)
    assert (rules.closed, rules.closes_at) == (False, now + datetime.timedelta(days=1))
    policy.rule = Rule.CLOSED
    policy.save()
    assert page_rules.load_rules(article).closed_reason == auto_close.BY_POLICY
    services.set_thread_closed(page_id=article.pk, closed=True)
    assert page_rules.load_rules(article).closed_reason == auto_close.BY_HAND


def test_a_page_closes_at_the_moment_that_was_told(monkeypatch):
    closes_at = timezone.now()
    for seconds, closed in ((-1, False), (0, True), (1, True)):
        now = closes_at + datetime.timedelta(seconds=seconds)
        monkeypatch.setattr(auto_close.timezone, "now", lambda now=now: now)
        assert auto_close.has_closed_by_age(closes_at) == closed


def test_the_rules_of_many_pages_are_those_of_each(home, section, article):
    Policy.objects.create(page=home, rule=Rule.TRUSTED, free_after=5)
    Policy.objects.create(page=section, rule=Rule.OPEN)
    thread = services.set_thread_closed(page_id=section.pk, closed=True)
    pages = [home, section, article]
    found = page_rules.load_rules_of_pages(pages, {section.pk: thread})
    assert found == {page.pk: page_rules.load_rules(page) for page in pages}
    assert [rules.closed for rules in found.values()] == [False, True, False]


@pytest.mark.parametrize("votes", CommentSettings.Votes)
def test_only_a_site_with_reactions_offers_them(article, votes):
    CommentSettings.objects.create(site=Site.objects.get(), votes=votes, reactions=["like"])
    offered = ("like",) if votes == CommentSettings.Votes.REACTIONS else ()
    assert page_rules.load_rules(article).reactions == offered


@pytest.mark.parametrize("allowed", CommentSettings.AllowedAuthors)
def test_only_a_site_for_accounts_refuses_guests(article, allowed):
    CommentSettings.objects.create(site=Site.objects.get(), allowed_authors=allowed)
    is_for_accounts = allowed == CommentSettings.AllowedAuthors.ACCOUNTS
    assert page_rules.load_rules(article).accounts_only == is_for_accounts


def test_what_it_costs(article, django_assert_num_queries):
    thread = services.set_thread_closed(page_id=article.pk, closed=False)
    Site.get_site_root_paths()
    with django_assert_num_queries(2):
        page_rules.load_rules(article, thread=thread)
    with django_assert_num_queries(4):
        page_rules.load_rules(article.pk)


def test_a_page_that_is_not_there(db):
    assert not page_rules.load_rules(10**8).closed


def test_rules_are_read_anew_after_half_a_minute(article, monkeypatch, django_assert_num_queries):
    thread = services.set_thread_closed(page_id=article.pk, closed=False)
    page_rules.get_rules(article, thread=thread)
    begun = time.time()
    monkeypatch.setattr(time, "time", lambda: begun + 29)
    with django_assert_num_queries(0):
        page_rules.get_rules(article, thread=thread)
    monkeypatch.setattr(time, "time", lambda: begun + 31)
    with django_assert_num_queries(2):
        page_rules.get_rules(article, thread=thread)
