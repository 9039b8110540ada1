"""Numbers of comments for lists of articles, and the most discussed articles."""

import datetime

import pytest
from django.db import connection
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Locale, Page, PageViewRestriction, Site

from cx_feedback.comments import services
from cx_feedback.comments.blocks import MostDiscussedBlock
from cx_feedback.comments.comment_counts import get_comment_counts, get_most_discussed
from cx_feedback.comments.models import Comment, Thread
from cx_feedback.core.caching.shared_cache import cache
from cx_feedback.core.pages import page_access
from cx_feedback.core.pages.page_access import is_visible
from tests.conftest import OWN
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/comments/counts/"


@pytest.fixture
def add_page(home):
    """A function that adds a live article below ``home`` or another page."""

    def add_page(name, parent=None, **fields):
        page = ArticlePage(title=f"Article {name}", slug=name, **fields)
        return (parent or home).add_child(instance=page)

    return add_page


@pytest.fixture
def discussed(add_page, write):
    """Articles with 3, 1 and no published comments, and others that wait or are gone."""
    much, little, silent = add_page("much"), add_page("little"), add_page("silent")
    for page, number in ((much, 3), (little, 1)):
        for _ in range(number):
            write(page=page, state="published")
    write(page=much)
    write(page=much, state="mark_spam")
    write(page=silent)
    deleted = write(page=little, state="published")
    services.decide_on_comments("hide", ids=[deleted.pk])
    return much, little, silent


@pytest.fixture
def second_site(root_page):
    """Another site, whose root page is a sibling of the first site's."""
    home = root_page.add_child(instance=Page(title="Other", slug="other"))
    return Site.objects.create(hostname="other.example", root_page=home)


def restrict(page):
    return PageViewRestriction.objects.create(page=page, restriction_type="login")


def list_discussed(page, **options):
    found = get_most_discussed(page, {}, **{"number": 5, **options})
    return [(each.title, each.comments) for each in found]


def test_counts_are_of_published_comments_in_one_query(discussed, django_assert_num_queries):
    much, little, silent = discussed
    with django_assert_num_queries(1):
        counts = get_comment_counts([little.pk, much.pk, silent.pk, 999_999, much.pk])
    assert list(counts.items()) == [(little.pk, 1), (much.pk, 3), (silent.pk, 0)]
    with django_assert_num_queries(0):
        assert get_comment_counts([]) == {}


def test_a_deleted_comment_does_not_count_any_more(client, discussed, write, reader):
    much, *_others = discussed
    own = write(page=much, reader=reader, state="published")
    write(page=much, email="eva@example.org", state="published")
    assert get_comment_counts([much.pk]) == {much.pk: 5}
    client.cookies["cx_reader"] = reader.key.hex
    assert client.delete(f"/feedback/api/v1/comments/{own.pk}/", **OWN).status_code == 204
    assert get_comment_counts([much.pk]) == {much.pk: 4}
    services.erase_comments(reader_ids=[], email="eva@example.org")
    assert get_comment_counts([much.pk]) == {much.pk: 3}
    assert list_discussed(much, days=30) == [("Article much", 3), ("Article little", 1)]


def test_what_counts_as_public_is_what_everybody_may_see(discussed, add_page):
    much, little, silent = discussed
    section = add_page("section")
    inside, sibling = add_page("inside", section), add_page("section-of-others")
    source = add_page("source")
    alias = source.create_alias(update_slug="alias")
    of_alias = alias.create_alias(update_slug="alias-of-an-alias")
    below_source = add_page("below-source", source)
    free = source.create_alias(update_slug="free")
    restrict(section)
    restrict(source)
    little.unpublish()
    pages = [*discussed, section, inside, sibling, source, alias, of_alias, below_source, free]
    visible = {page.pk for page in pages if is_visible(page.pk)}
    assert visible == {much.pk, silent.pk, sibling.pk}
    assert set(get_comment_counts(page.pk for page in pages)) == visible


def test_the_query_for_public_pages_is_one(discussed, django_assert_num_queries):
    for page in discussed[1:]:
        restrict(page)
    with django_assert_num_queries(1):
        [found] = page_access.filter_public(Page.objects.filter(pk__in=[p.pk for p in discussed]))
    assert found.pk == discussed[0].pk


def test_the_tag_counts_a_list_in_one_query(discussed, django_assert_num_queries):
    template = Template(
        "{% load cx_feedback_comments %}{% cx_comment_counts articles as counts %}"
        "{% for article in articles %}{{ article.slug }}={{ counts|cx_comment_count:article }} "
        "{% endfor %}"
    )
    restrict(discussed[1])
    articles = ArticlePage.objects.filter(pk__in=[p.pk for p in discussed]).order_by("pk")
    with django_assert_num_queries(2):  # the articles, and the numbers
        html = template.render(Context({"articles": articles}))
    assert html.split() == ["much=3", "little=None", "silent=0"]
    by_id = "{% load cx_feedback_comments %}{% cx_comment_counts ids as c %}"
    context = Context({"ids": [discussed[0].pk], "one": discussed[0].pk})
    assert Template(by_id + "{{ c|cx_comment_count:one }}").render(context) == "3"


@pytest.mark.parametrize("pages", [None, "", [], [None, ""]])
def test_the_tag_counts_nothing_for_no_pages(pages, django_assert_num_queries):
    template = "{% load cx_feedback_comments %}{% cx_comment_counts pages as counts %}{{ counts }}"
    with django_assert_num_queries(0):
        assert Template(template).render(Context({"pages": pages})) == "{}"
    missing = Template("{% load cx_feedback_comments %}{{ nothing|cx_comment_count:5 }}")
    assert missing.render(Context()) == "None"


def ask(client, *pages, **headers):
    return client.get(API, {"pages": ",".join(str(getattr(p, "pk", p)) for p in pages)}, **headers)


def test_counts_over_rest_are_public_and_conditional(client, discussed, write):
    much, _little, silent = discussed
    response = ask(client, much, silent, 999_999)
    assert response.json() == {"counts": {str(much.pk): 3, str(silent.pk): 0}}
    assert "public" in response["Cache-Control"]
    assert "no-cache" in response["Cache-Control"]
    assert "Cookie" not in response.get("Vary", "")
    etag = response["ETag"]
    again = ask(client, much, silent, 999_999, HTTP_IF_NONE_MATCH=etag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    write(page=silent, state="published")
    changed = ask(client, much, silent, HTTP_IF_NONE_MATCH=etag)
    assert changed.json()["counts"][str(silent.pk)] == 1


def test_counts_over_rest_cost_the_same_for_many(client, discussed, add_page):
    pages = [*discussed, *(add_page(f"more-{n}") for n in range(97))]
    ask(client, *discussed)  # the roots of the sites
    costs = []
    for asked in (pages[:1], pages):
        with CaptureQueriesContext(connection) as captured:
            assert len(ask(client, *asked).json()["counts"]) == len(asked)
        costs.append(len(captured))
    assert costs == [2, 2]  # the site, and the numbers


def test_counts_over_rest_are_the_same_for_every_account(client, admin_client, discussed):
    restrict(discussed[0])
    expected = {"counts": {str(discussed[1].pk): 1}}
    assert ask(client, *discussed[:2]).json() == expected
    assert ask(admin_client, *discussed[:2]).json() == expected


def test_counts_over_rest_are_of_the_called_site(client, discussed, second_site, write, settings):
    settings.ALLOWED_HOSTS = ["*"]
    other = second_site.root_page.add_child(instance=ArticlePage(title="There", slug="there"))
    write(page=other, state="published")
    assert ask(client, discussed[0], other).json()["counts"] == {str(discussed[0].pk): 3}
    there = ask(client, discussed[0], other, HTTP_HOST="other.example")
    assert there.json()["counts"] == {str(other.pk): 1}


def test_a_site_within_another_has_its_pages_alone(client, discussed, add_page, settings):
    settings.ALLOWED_HOSTS = ["*"]
    much, little, _silent = discussed
    inner = add_page("inner", little)
    Site.objects.create(hostname="little.example", root_page=little)
    assert set(ask(client, *discussed[:2], inner).json()["counts"]) == {str(much.pk)}
    there = ask(client, *discussed[:2], inner, HTTP_HOST="little.example")
    assert set(there.json()["counts"]) == {str(little.pk), str(inner.pk)}


@pytest.mark.parametrize(
    "pages",
    ["", ",", "1,", "a", "1,b", "-1", "1.5", "1 2", "٣", "2147483648", "9" * 5000, "1,," * 5000,
     ",".join(["1"] * 101), "1;2", "1\x00"],
)  # fmt: skip
def test_bad_lists_of_pages_are_refused_by_the_name_of_the_field(
    client, pages, home, django_assert_num_queries
):
    with django_assert_num_queries(0):
        response = client.get(API, {"pages": pages})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == ["pages"]
    assert "1 to 100 page IDs" in response.json()["errors"]["pages"][0]


def test_a_list_of_pages_is_required(client, home):
    assert list(client.get(API).json()["errors"]) == ["pages"]
    assert ask(client, *range(1, 101)).status_code == 200
    assert client.get(API, {"pages": "0, 2147483647"}).json() == {"counts": {}}


def test_the_most_discussed_come_first(discussed, home):
    assert list_discussed(home) == [("Article much", 3), ("Article little", 1)]
    assert list_discussed(home, number=1) == [("Article much", 3)]
    assert list_discussed(home, number=0) == []


def test_days_count_comments_published_since(discussed, home, write):
    much, little, _silent = discussed
    before = timezone.now() - datetime.timedelta(days=31)
    Comment.objects.filter(thread__page=much).update(published_at=before)
    write(page=little, state="published")
    assert list_discussed(home, days=30) == [("Article little", 2)]
    assert list_discussed(home, days=32) == [("Article much", 3), ("Article little", 2)]
    assert list_discussed(home) == list_discussed(home, days=32)


@pytest.mark.parametrize("days", [None, 30])
def test_a_list_costs_two_queries_and_then_none(discussed, home, days, django_assert_num_queries):
    list_discussed(home, days=days)  # content types and the roots of the sites
    page_access.content.end()
    with django_assert_num_queries(2):
        first = list_discussed(home, days=days)
    with django_assert_num_queries(0):
        assert list_discussed(home, days=days) == first


@pytest.mark.parametrize("days", [None, 30])
def test_pages_that_only_some_may_see_are_in_no_list_at_once(discussed, home, days):
    much, little, _silent = discussed
    assert len(list_discussed(home, days=days)) == 2
    restriction = restrict(much)
    assert list_discussed(home, days=days) == [("Article little", 1)]
    restriction.delete()
    little.unpublish()
    assert list_discussed(home, days=days) == [("Article much", 3)]
    much.delete()
    assert list_discussed(home, days=days) == []


def test_a_published_title_is_shown_at_once(discussed, home):
    list_discussed(home)
    discussed[0].title = "A new title"
    discussed[0].save_revision()
    assert ("A new title", 3) not in list_discussed(home)
    discussed[0].save_revision().publish()
    assert ("A new title", 3) in list_discussed(home)


def test_a_list_has_the_site_and_the_language_of_its_page(discussed, home, second_site, write):
    spanish = Locale.objects.create(language_code="es")
    translated = home.add_child(instance=ArticlePage(title="En español", slug="es", locale=spanish))
    there = second_site.root_page.add_child(instance=ArticlePage(title="There", slug="there"))
    for page in (translated, there):
        write(page=page, state="published")
    assert list_discussed(there) == [("There", 1)]
    assert list_discussed(translated) == [("En español", 1)]
    assert list_discussed(discussed[0]) == [("Article much", 3), ("Article little", 1)]
    request = RequestFactory().get("/")
    assert [each.title for each in get_most_discussed(None, {"request": request}, number=1)] == [
        "Article much"
    ]
    with translation.override("es"):
        assert list_discussed(None) == [("En español", 1)]


def render_block(page, **value):
    block = MostDiscussedBlock()
    return block.to_python(value).render_as_block({"page": page})


def test_the_block_links_the_articles(discussed, home):
    Page.objects.filter(pk=discussed[1].pk).update(title="<i>Little</i>")
    html = render_block(home, heading="What & why", number=2, days=7)
    assert f'<a href="{discussed[0].get_url()}">Article much</a>' in html
    assert "3 comments" in html
    assert "1 comment<" in html
    assert "Comments of the last 7 days" in html
    assert "What &amp; why</h2>" in html
    assert "&amp;amp;" not in html
    assert "<i>" not in html
    assert html.index("Article much") < html.index("&lt;i&gt;Little")


def test_the_block_has_defaults_and_shows_nothing_without_comments(home, discussed):
    html = render_block(home)
    assert "Most discussed</h2>" in html
    assert "30 days" in html
    assert "Comments of the last" not in render_block(home, days=None)
    Thread.objects.all().delete()
    cache.clear()
    assert render_block(home).strip() == ""


def test_the_tag_renders_what_the_block_renders(discussed, home):
    tag = "{% load cx_feedback_comments %}{% cx_most_discussed heading='A' number=2 days=9 %}"
    assert Template(tag).render(Context({"page": home})) == render_block(
        home, heading="A", number=2, days=9
    )


@pytest.mark.parametrize("value", [{"number": "0"}, {"number": "21"}, {"days": "0"}, {"days": "x"}])
def test_the_editor_is_told_which_field_is_wrong(value):
    block = MostDiscussedBlock()
    given = {"heading": "", "number": "5", "days": "30", **value}
    posted = {f"block-{name}": each for name, each in given.items()}
    parsed = block.value_from_datadict(posted, {}, "block")
    with pytest.raises(StructBlockValidationError) as raised:
        block.clean(parsed)
    assert set(raised.value.block_errors) == set(value)


def test_the_block_has_a_preview_without_any_comment(home):
    block = MostDiscussedBlock()
    value = block.get_preview_value()
    html = render_to_string(block.get_preview_template(value), block.get_preview_context(value))
    assert "24 comments" in html
