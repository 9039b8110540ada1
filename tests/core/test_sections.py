"""Which section a page belongs to, in one tree and in the tree of each language."""

import pytest
from wagtail.models import Locale, Page

from cx_feedback.core.pages.sections import get_all_sections, get_pages_in_section, get_sections
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def culture(home):
    return home.add_child(instance=Page(title="Culture", slug="culture"))


@pytest.fixture
def review(culture):
    films = culture.add_child(instance=Page(title="Films", slug="films"))
    return films.add_child(instance=ArticlePage(title="A review", slug="a-review"))


def test_the_section_is_the_page_below_the_root_page(home, culture, review, article):
    found = get_sections([home.pk, culture.pk, review.pk, article.pk, 99_999])
    assert found == {culture.pk: culture.pk, review.pk: culture.pk, article.pk: article.pk}


def test_a_translated_tree_has_sections_of_its_own(home, culture, root_page):
    spanish = Locale.objects.create(language_code="es")
    inicio = home.copy_for_translation(spanish)
    cultura = culture.copy_for_translation(spanish)
    cultura.add_child(instance=ArticlePage(title="Reseña", slug="resena", locale=spanish))
    inside = ArticlePage.objects.get(slug="resena")
    assert get_sections([inside.pk, inicio.pk]) == {inside.pk: cultura.pk}


def test_three_queries_however_many_pages(home, culture, review, django_assert_num_queries):
    ids = list(Page.objects.values_list("pk", flat=True))
    with django_assert_num_queries(3):
        get_sections(ids)


def test_pages_and_sections_are_listed(home, culture, review, article):
    assert set(get_pages_in_section(culture.pk).values_list("pk", flat=True)) == {
        culture.pk,
        review.get_parent().pk,
        review.pk,
    }
    assert not get_pages_in_section(99_999).exists()
    assert [page.pk for page in get_all_sections()] == [
        culture.pk
    ]  # an article is no section to list
