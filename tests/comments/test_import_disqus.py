import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command

from cx_feedback.comments.models import Comment, Thread
from cx_feedback.comments.services.counters import rebuild_counters
from tests.comments.files import disqus, said, thread
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(article, tmp_path):
    """A function that imports a file's bytes; returns the report's lines."""

    def bring(content, **options):
        path, report = tmp_path / "disqus.xml", tmp_path / "report.jsonl"
        path.write_bytes(content)
        call_command(
            "cx_import_disqus", str(path), report=str(report), stdout=io.StringIO(), **options
        )
        return [json.loads(line) for line in report.read_text().splitlines()]

    return bring


def got(id):
    return Comment.objects.select_related("parent").get(external_id=str(id))


def test_threads_find_their_pages_and_keep_their_shape(bring, article):
    bring(
        disqus(
            thread(100, "https://old.example/an-article/"),
            said(1, 100, "<p>First <b>words</b></p><p>More</p>"),
            said(3, 100, parent=2, at=3),  # before what it answers
            said(2, 100, parent=1, at=2),
        )
    )
    assert Thread.objects.get().page_id == article.pk
    assert (got(2).parent, got(3).parent, got(3).depth) == (got(1), got(2), 2)
    first = got(1)
    assert first.html == "<p>First <b>words</b></p><p>More</p>"
    assert first.created_at == datetime.datetime(2019, 1, 3, 11, tzinfo=datetime.UTC)
    assert (first.author_name, first.author_email, first.state) == (
        "Ana",
        "ana@example.org",
        "published",
    )
    assert rebuild_counters() == 0
    assert Thread.objects.get().published == 3


def test_states(bring, client, article):
    bring(
        disqus(
            thread(100, "https://old.example/an-article/"),
            said(1, 100, "gone words", deleted="true"),
            said(2, 100, "Buy now", spam="true", at=1),
            said(3, 100, "Kept", parent=1, at=2),
            said(4, 100, at=3).replace("<isSpam>", "<isApproved>false</isApproved><isSpam>"),
        )
    )
    assert [got(n).state for n in (1, 2, 3, 4)] == ["rejected", "spam", "published", "pending"]
    article.body = [("comments", {"heading": "", "order": "newest"})]
    article.save()
    page = client.get(article.url).content.decode()
    assert "This comment has been removed." in page
    assert "Kept" in page
    assert "gone words" not in page


def test_threads_by_identifier_and_several_of_one_page(bring, article, home):
    other = home.add_child(instance=ArticlePage(title="Other", slug="other"))
    lines = bring(
        disqus(
            thread(100, "https://old.example/an-article/"),
            thread(101, "http://old.example/an-article/?utm_source=x", closed="true"),
            thread(102, "", identifier="other"),
            thread(103, "", identifier="https://old.example/other/"),
            thread(104, "https://old.example/gone/"),
            thread(105, "https://old.example/empty/"),
            *(said(n, 99 + n) for n in range(1, 6)),
            said(6, 999),
        )
    )
    pages = dict(Comment.objects.values_list("external_id", "thread__page"))
    assert pages == {"1": article.pk, "2": article.pk, "3": other.pk, "4": other.pk}
    codes = [(line["code"], line["id"]) for line in lines[:-1]]
    assert codes == [("no-page", "104"), ("post-left-out", "5"), ("no-post", "6")]
    assert lines[-1]["summary"]["posts"] == {"matched": 4}


def test_repeatable_and_apart_from_other_sources(bring):
    content = disqus(thread(100, "https://x.example/an-article/"), said(1, 100), said(2, 100))
    bring(content)
    assert bring(content)[-1]["summary"]["known"] == 2
    assert Comment.objects.count() == 2
    assert set(Comment.objects.values_list("source", flat=True)) == {"disqus"}


@pytest.mark.parametrize(
    "content",
    [
        b"<rss/>",
        b"",
        disqus(thread(1, "x"))[:-30],
        disqus().replace(b"<disqus", b"<!DOCTYPE x [<!ENTITY a 'b'>]><disqus"),
    ],
)
def test_a_file_that_is_none(bring, content):
    with pytest.raises(CommandError):
        bring(content)
    assert not Thread.objects.exists()


def test_records_without_what_they_need(bring):
    lines = bring(
        disqus(
            thread(100, "https://x.example/an-article/"),
            said(1, 100).replace('dsq:id="1"', ""),
            said(2, 100).replace("2019-01-03T11:00:00Z", "yesterday"),
            said(3, 100).replace('<thread dsq:id="100"/>', ""),
            said(4, 100),
        )
    )
    assert [line["code"] for line in lines[:-1]] == ["no-id", "no-date", "no-post"]
    assert Comment.objects.get().external_id == "4"


def test_a_mapping_may_decide(bring, article, monkeypatch):
    from tests.comments.files import Articles

    monkeypatch.setattr(Articles, "kinds", ("thread",))
    monkeypatch.setattr(Articles, "page_for", lambda self, post: article)
    bring(disqus(thread(7, "x"), said(1, 7)), mapping="tests.comments.files.Articles")
    assert got(1).thread.page_id == article.pk
