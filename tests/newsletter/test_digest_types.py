"""Which pages a digest takes: those of the types that its editors chose."""

import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cx_feedback.newsletter.issues.article_page_types import (
    get_dated_types,
    get_models_by_label,
    get_type_choices,
)
from cx_feedback.newsletter.models import Digest
from cx_feedback.newsletter.services.digests import get_new_articles
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def label():
    return ArticlePage._meta.label_lower


@pytest.fixture
def digest(mailing_list):
    def make(**values):
        since = timezone.now() - datetime.timedelta(days=2)
        return Digest.objects.create(
            name="Weekly", mailing_list=mailing_list, subject="New", included_until=since, **values
        )

    return make


@pytest.fixture
def pages(article):
    """An article with one below it, one without, and a page of another type."""
    parent = article.get_parent()
    below = article.add_child(instance=ArticlePage(title="Below", slug="below"))
    about = parent.add_child(instance=Page(title="About us", slug="about"))
    Page.objects.filter(pk__in=[article.pk, below.pk, about.pk]).update(
        first_published_at=timezone.now() - datetime.timedelta(days=1), live=True
    )
    return article, below, about


def titles(digest):
    return {page.title for page in get_new_articles(digest, until=timezone.now())}


def test_chosen_types_and_no_others_with_pages_below_them_or_not(digest, pages, label):
    article, _below, _about = pages
    assert titles(digest(page_types=[label])) == {article.title, "Below"}
    assert titles(digest(page_types=["wagtailcore.page"])) == {"About us"}


def test_none_chosen_is_as_it_was_before_there_was_a_choice(digest, pages):
    assert titles(digest(page_types=[])) == {"Below", "About us"}


def test_a_type_that_the_site_has_no_more_is_nothing(digest, pages):
    assert titles(digest(page_types=["gone.page"])) == set()


def test_by_default_it_is_types_with_a_date_of_their_own(digest):
    dated = get_dated_types()
    assert digest().page_types == dated
    assert "wagtailcore.page" not in dated
    for model in get_models_by_label(dated):
        own = [f for f in model._meta.concrete_fields if f.model is not Page]
        assert any("Date" in type(field).__name__ for field in own)
    page_models = {c.model_class() for c in ContentType.objects.all()} - {None}
    undated = {
        m._meta.label_lower
        for m in page_models
        if issubclass(m, Page)
        and not any("Date" in type(f).__name__ for f in m._meta.concrete_fields if f.model != Page)
    }
    assert undated
    assert not undated & set(dated)


def test_a_date_counts_wherever_below_page_it_stands(monkeypatch):
    from cx_feedback.newsletter.issues import article_page_types

    field = ArticlePage._meta.get_field("title")
    assert field.model is Page  # and its dates, first_published_at and others, are no article's
    dated = type("Dated", (), {"is_creatable": True, "_meta": type("Meta", (), {})})
    dated._meta.label_lower = "blog.post"
    own = type(Page._meta.get_field("first_published_at"))()
    own.model = dated
    dated._meta.concrete_fields = [*Page._meta.concrete_fields, own]
    monkeypatch.setattr(article_page_types, "get_page_models", lambda: [Page, ArticlePage, dated])
    assert "blog.post" in get_dated_types()
    assert "wagtailcore.page" not in get_dated_types()


def test_an_editor_chooses_on_the_form(admin_client, digest, label):
    made = digest(page_types=[])
    url = reverse(made.snippet_viewset.get_url_name("edit"), args=[made.pk])
    page = admin_client.get(url)
    assert "types of pages" in page.content.decode().lower()
    assert label in dict(get_type_choices())
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"page_types": [label], "language": "", "topics": [], "section": ""}
    answer = admin_client.post(url, data)
    assert answer.status_code == 302, answer.context["form"].errors
    made.refresh_from_db()
    assert made.page_types == [label]
