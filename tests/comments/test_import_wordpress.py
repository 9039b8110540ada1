import datetime
import io
import json

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Page

from cx_feedback.comments import services
from cx_feedback.comments.imports import comment_writer
from cx_feedback.comments.models import Comment, ImportedPage, Mention, State, Thread
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.mail.models import Delivery
from cx_feedback.readers.models import Activity, Reader
from tests.comments.files import comment, item, wxr
from tests.shared_data import shared_file
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db
MAPPING = "tests.comments.files.Articles"


@pytest.fixture
def bring(home, tmp_path):
    """A function that imports a file's bytes; returns what was printed and the report's lines."""

    def bring(content, **options):
        path, report = tmp_path / "export.xml", tmp_path / "report.jsonl"
        path.write_bytes(content)
        out = io.StringIO()
        options = {"mapping": MAPPING, "report": str(report), **options}
        call_command("cx_import_wordpress", str(path), stdout=out, stderr=out, **options)
        return out.getvalue(), [json.loads(line) for line in report.read_text().splitlines()]

    return bring


def codes(lines):
    return [(line["code"], line["id"]) for line in lines if "code" in line]


def got(id):
    return Comment.objects.select_related("parent").get(external_id=str(id))


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_a_post_becomes_a_page_and_keeps_its_comments(bring, version):
    first, second = comment(5, "First"), comment(6, "Second", parent=5, approved="0")
    _out, lines = bring(wxr(item(first, second), version=version))
    page = ArticlePage.objects.get(slug="a-post")
    assert (page.title, page.live) == ("A post", True)
    assert page.first_published_at == datetime.datetime(2020, 3, 1, 12, tzinfo=datetime.UTC)
    one, two = got(5), got(6)
    assert one.thread.page_id == page.pk
    assert (one.state, one.parent, one.html) == ("published", None, "<p>First</p>")
    assert (two.state, two.parent, two.path) == ("pending", one, one.path + two.key)
    assert one.created_at == datetime.datetime(2020, 3, 2, 12, 0, 5, tzinfo=datetime.UTC)
    assert (one.published_at, two.published_at) == (one.created_at, None)
    assert (one.author_name, one.author_email, one.language) == ("Ana", "ana@example.org", "es")
    assert one.source == "wordpress:blog.example"
    thread = one.thread
    assert (thread.published, thread.waiting, thread.closed) == (1, 1, False)
    assert lines[-1]["summary"]["comments"] == {"published": 1, "pending": 1}


def test_the_mapping_gets_the_whole_post(home, tmp_path, monkeypatch):
    from tests.comments.files import Articles

    seen = []
    monkeypatch.setattr(Articles, "page_for", lambda self, post: seen.append(post) or home)
    content = "<p>One</p>\n[gallery]"
    posted = item(title="R&amp;D", content=content, excerpt="Short", slug="caf%C3%A9")
    (tmp_path / "f.xml").write_bytes(wxr(posted))
    call_command(
        "cx_import_wordpress", str(tmp_path / "f.xml"), mapping=MAPPING, stdout=io.StringIO()
    )
    [post] = seen
    assert (post.id, post.kind, post.title, post.slug) == ("1", "post", "R&D", "café")
    assert (post.content, post.excerpt, post.link) == (
        content,
        "Short",
        "https://blog.example/caf%C3%A9/",
    )
    assert (post.author.name, post.author.login, post.author.email) == (
        "Eva Díaz",
        "eva",
        "eva@blog.example",
    )
    assert (post.categories, post.tags) == (("Ideas & más",), ("lealtad",))
    assert (post.status, post.protected, post.comments_open, post.language) == (
        "publish",
        False,
        True,
        "es",
    )
    assert post.date == datetime.datetime(2020, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("approved", "state"),
    [
        ("1", "published"),
        ("0", "pending"),
        ("spam", "spam"),
        ("trash", "rejected"),
        ("x", "pending"),
    ],
)
def test_states(bring, approved, state):
    bring(wxr(item(comment(5, approved=approved))))
    assert got(5).state == state
    assert rebuild_counters() == 0


def test_pingbacks_and_trackbacks_are_kept_apart(bring, client):
    bring(
        wxr(
            item(
                comment(5, "Mine"),
                comment(6, "[...] linked", type="pingback", author="Blog &#187; Post"),
                comment(7, "also", type="trackback", author_url="javascript:alert(1)"),
                comment(8, "I answer a ping", parent=6),
            )
        )
    )
    pings = {m.external_id: m for m in Mention.objects.all()}
    assert {id: m.kind for id, m in pings.items()} == {"6": "pingback", "7": "trackback"}
    assert (pings["6"].title, pings["6"].url) == ("Blog » Post", "https://spam.example")
    assert (pings["6"].state, pings["7"].url) == ("published", "")
    assert set(Comment.objects.values_list("external_id", flat=True)) == {"5", "8"}
    assert got(8).parent is None
    assert Thread.objects.get().published == 2
    page = client.get("/en/a-post/").content.decode()
    assert "Mine" in page
    assert "linked" not in page


def test_what_is_no_readers_comment_is_left_out(bring):
    out, lines = bring(
        wxr(
            item(comment(5, "Paid with card 4111", type="order_note")),
            item(comment(6), id=2, type="attachment", slug="a-file"),
            item(comment(7), id=3, title="Not this one", slug="old"),
        )
    )
    assert not Comment.objects.exists()
    assert codes(lines) == [
        ("other-kind", "5"),
        ("other-type", "2"),
        ("mapping", "3"),
        ("post-left-out", "6"),
        ("post-left-out", "7"),
    ]
    assert "Too old." in lines[2]["reason"]
    assert all(line["line"] > 0 and line["left_out"] for line in lines[:-1])
    assert lines[-1]["summary"]["left_out"]["comment:post-left-out"] == 2
    assert "2 × comment: Its post was left out." in out
    assert "4111" not in out + json.dumps(lines)


def test_again_and_again_nothing_doubles(bring):
    content = wxr(item(comment(5), comment(6, parent=5), comment(7, type="pingback")))
    bring(content)
    Page.objects.get(slug="a-post").delete()
    for times in range(2):
        _out, lines = bring(content)
        assert lines[-1]["summary"]["known"] == 3 * times
    assert (Comment.objects.count(), Mention.objects.count()) == (2, 1)
    assert ArticlePage.objects.count() == 1
    page = ArticlePage.objects.get()
    page.slug = "another"
    page.save()
    more = wxr(item(comment(6), comment(8, parent=6)))  # a later export, without the first
    bring(more.replace(b"https://blog", b"http://www.blog"))
    assert got(8).parent == got(6)
    assert got(8).thread.page_id == page.pk
    assert ArticlePage.objects.count() == 1
    assert rebuild_counters() == 0


def test_what_moderators_did_since_stays(bring):
    content = wxr(item(comment(5), comment(6, parent=5)))
    bring(content)
    services.mark_spam(ids=[got(5).pk])
    services.erase_comments(reader_ids=[], email="ana@example.org")
    bring(content)
    assert set(Comment.objects.values_list("state", "text", "author_email")) == {("erased", "", "")}
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("after", [1, 2, 3])
def test_after_a_crash_in_the_middle_it_is_run_again(bring, monkeypatch, after):
    chain = [comment(n, parent=n - 1 if n % 5 != 1 else 0) for n in range(1, 20)]
    content = wxr(item(*chain), item(comment(30), comment(31, parent=30), id=2, slug="b-post"))
    monkeypatch.setattr(comment_writer, "BATCH_SIZE", 6)
    real, calls = comment_writer.update_counters, []

    def breaks(changes):
        calls.append(1)
        if len(calls) > after:
            raise RuntimeError("killed")
        real(changes)

    monkeypatch.setattr(comment_writer, "update_counters", breaks)
    with pytest.raises(RuntimeError):
        bring(content)
    assert Comment.objects.count() == 6 * after
    assert rebuild_counters() == 0
    monkeypatch.setattr(comment_writer, "update_counters", real)
    _out, lines = bring(content)
    assert lines[-1]["summary"]["known"] == 6 * after
    assert Comment.objects.count() == 21
    for n in range(1, 20):
        assert got(n).parent == (got(n - 1) if n % 5 != 1 else None)
    assert rebuild_counters() == 0


def test_parents_that_come_later_or_never_and_circles(bring, monkeypatch):
    monkeypatch.setattr(comment_writer, "BATCH_SIZE", 2)
    _out, lines = bring(
        wxr(
            item(
                comment(5, parent=6),
                comment(6, parent=7),
                comment(7),
                comment(8, parent=99),
                comment(10, parent=12),
                comment(11, parent=10),
                comment(12, parent=11),
                comment(13, parent=13),
                comment(14, parent=10),
            ),
            item(comment(20, parent=5), comment(21, parent=20), id=2, slug="b-post"),
        )
    )
    parents = {c.external_id: c.parent and c.parent.external_id for c in Comment.objects.all()}
    assert parents == {
        "5": "6", "6": "7", "7": None, "8": None, "10": None, "11": "10", "12": "11",
        "13": None, "14": "10", "20": None, "21": "20",
    }  # fmt: skip
    assert sorted(codes(lines)) == [
        ("cycle", "10"),
        ("cycle", "13"),
        ("parent-missing", "20"),
        ("parent-missing", "8"),
    ]
    assert got(5).path == got(7).key + got(6).key + got(5).key
    assert rebuild_counters() == 0


def test_an_answer_over_two_posts_in_a_circle(bring):
    one, two = comment(5, parent=6), comment(6, parent=5)
    _out, lines = bring(wxr(item(one), item(two, id=2, slug="b-post")))
    assert (got(5).parent, got(6).parent) == (None, None)
    assert len(codes(lines)) == 2


def test_an_id_counts_once(bring):
    _out, lines = bring(
        wxr(item(comment(5, "first")), item(id=1), item(comment(5, "second"), id=2, slug="b"))
    )
    assert got(5).text == "first"
    assert codes(lines) == [("duplicate-id", "1"), ("duplicate-id", "5")]


@pytest.mark.parametrize(
    ("values", "written", "code"),
    [
        ({"date_gmt": "0000-00-00 00:00:00"}, "2020-03-02T12:00:05", "local-date"),
        ({"date_gmt": "", "date": "soon"}, "2020-03-01T12:00:00", "date-of-post"),
        ({"date_gmt": "0001-01-01 00:00:00"}, "2020-03-02T12:00:05", "local-date"),
    ],
)
def test_dates_that_are_none(bring, values, written, code):
    _out, lines = bring(wxr(item(comment(5, **values))))
    assert got(5).created_at == datetime.datetime.fromisoformat(f"{written}+00:00")
    assert codes(lines) == [(code, "5")]


def test_no_date_at_all(bring):
    content = wxr(item(comment(5, date="", date_gmt="")))
    _out, lines = bring(content.replace(b"2020-03-01", b"0000-00-00"))
    assert codes(lines) == [("no-date", "5")]
    assert ArticlePage.objects.exists()


def test_nobody_is_told_and_nobody_is_vouched_for(bring, client):
    bring(wxr(item(comment(5, author_email="ANA@example.org"))))
    assert (mail.outbox, Delivery.objects.count()) == ([], 0)
    assert not Activity.objects.exists()
    assert not Reader.objects.exists()
    assert not got(5).events.exists()
    assert got(5).author_email == "ana@example.org"
    page = client.get("/en/a-post/").content.decode()
    api = client.get("/feedback/api/v1/comments/", {"page": got(5).thread.page_id})
    assert "Ana" in page
    assert "example.org" not in page + api.content.decode()
    assert "spam.example" not in page  # the address of the author's site is not kept


def test_a_site_that_keeps_no_addresses_gets_none(bring, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_EMAIL": "no"}
    bring(wxr(item(comment(5))))
    assert got(5).author_email == ""


def test_names_and_addresses_that_are_none(bring, client):
    _out, lines = bring(
        wxr(
            item(
                comment(5, author="", author_email="not one"),
                comment(6, author="x" * 200, author_email="", parent=5),
                comment(7, author="Q&amp;A &lt;b&gt;"),
            )
        )
    )
    assert codes(lines) == [("no-email", "5"), ("shortened", "6")]
    assert (got(5).author_name, got(5).author_email, got(5).name) == ("", "", "Anonymous")
    assert got(6).author_name == "x" * 79 + "…"
    assert got(7).author_name == "Q&A <b>"
    page = client.get("/en/a-post/").content.decode()
    assert "Anonymous" in page
    assert "Q&amp;A &lt;b&gt;" in page


def test_html_is_cleaned_and_the_raw_text_kept(bring, client, admin_client):
    raw = (
        '<a href="javascript:alert(1)">x</a> <a href="/wp-admin/">y</a>\n'
        '<a href="https://good.example/" onclick="alert(2)" style="x">good</a>\n\n'
        "<script>alert(3)</script><img src=x onerror=alert(4)><svg/onload=alert(5)>"
        '<h2>Title</h2><blockquote>Quoted\n\ntwice</blockquote><iframe src="//evil.example">'
    )
    bring(wxr(item(comment(5, raw), comment(6, raw, parent=5, approved="0"))))
    stored = got(5)
    assert stored.text == raw
    assert stored.html == (
        '<p><a rel="nofollow ugc noopener">x</a> <a rel="nofollow ugc noopener">y</a><br>'
        '<a href="https://good.example/" rel="nofollow ugc noopener">good</a></p>'
        "<p><strong>Title</strong></p><blockquote><p>Quoted</p><p>twice</p></blockquote>"
    )
    queue = admin_client.get("/admin/cx-feedback/comments/?state=all").content.decode()
    one = admin_client.get(f"/admin/cx-feedback/comments/{stored.pk}/").content.decode()
    for html in (client.get("/en/a-post/").content.decode(), queue, one):
        assert "<script>alert(3)" not in html
        assert "onerror=alert" not in html.replace("&lt;img src=x onerror=alert(4)&gt;", "")
    assert "wordpress:blog.example" in one


def test_huge_text_is_cut_and_said_so(bring):
    _out, lines = bring(wxr(item(comment(5, "<b>" + "x" * 300_000), comment(6, parent=5))))
    assert codes(lines) == [("shortened", "5")]
    assert len(got(5).text) == 65_536
    assert got(6).parent == got(5)


def test_broken_bytes_and_characters_are_read_all_the_same(bring):
    content = wxr(item(comment(5, "na\x0bme caf\xe9 \u4f60")))
    bad = b"\n\n" + content.replace("é".encode(), b"\xe9")
    out, lines = bring(bad)
    assert got(5).text == "name caf\ufffd 你"
    assert lines[-1]["summary"]["replaced_characters"] == 1
    assert "Characters that could not be read" in out


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16"])
def test_other_encodings(bring, encoding):
    content = wxr(item(comment(5, "Señor café"))).decode().replace("UTF-8", encoding)
    bring(content.encode(encoding))
    assert got(5).text == "Señor café"


BOMB = "<!DOCTYPE rss [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda x: x.replace(b"<rss", (BOMB + "]><rss").encode()), "document type declaration"),
        (
            lambda x: x.replace(
                b"<rss", b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss"
            ).replace(b"Words", b"]]>&x;<![CDATA["),
            "document type declaration",
        ),
        (
            lambda x: x.replace(b"<rss", b"<!DOCTYPE rss SYSTEM 'https://evil.example/x'><rss"),
            "document type declaration",
        ),
        (lambda x: x.replace(b"<title>", b"<title>&nope;", 1), "undefined entity"),
        (lambda x: x[:-200], "ends in the middle"),
        (lambda x: x[: x.index(b"Words")], "ends in the middle"),
        (lambda x: b"", "empty"),
        (lambda x: b"GIF89a\x00\x01", "not XML"),
        (lambda x: b"<rss version='2.0'><channel/></rss>", "not a WordPress export"),
        (lambda x: b"<html><body>No</body></html>", "not a WordPress export"),
        (lambda x: x.replace(b"export/1.2/", b"export/9.1/"), "WXR 9.1"),
        (lambda x: x.replace(b"UTF-8", b"zip"), "encoding zip"),
        (lambda x: x.replace(b"<item>", b"<i>" * 100), "too deep"),
        (lambda x: x.replace(b"<item>", b"<!--" + b" " * 9_000_000), "never closed"),
    ],
)
def test_a_file_that_is_none_stores_nothing(bring, spoil, said):
    with pytest.raises(CommandError, match=said) as error:
        bring(spoil(wxr(item(comment(5)))))
    assert "Nothing was imported" in str(error.value)
    assert not Comment.objects.exists()
    assert not ArticlePage.objects.exists()
    assert not ImportedPage.objects.exists()


def test_the_error_names_the_line(bring):
    content = wxr(item(comment(5)))
    line = content[: content.index(b"</channel>")].count(b"\n") + 1
    with pytest.raises(CommandError, match=f"Line {line}: "):
        bring(content.replace(b"</channel>", b"</chanel>"))


def test_what_comes_before_the_break(bring):
    content = wxr(item(comment(5)), item(comment(6), comment(7), id=2, slug="b-post"))
    cut = content[: content.index(b"<wp:comment_id>7")]
    out, lines = bring(cut, partial=True)
    assert got(5).text == "Words"
    assert codes(lines) == [("no-post", "6")]
    assert "ends in the middle" in lines[-1]["summary"]["broken_off"]
    assert "could not be read to its end" in out
    bring(content)
    assert Comment.objects.count() == 3
    with pytest.raises(CommandError):
        bring(b"", partial=True)


def test_pages_are_found_by_address_redirect_and_slug(bring, home, article):
    section = home.add_child(instance=ArticlePage(title="Section", slug="section"))
    deep = section.add_child(instance=ArticlePage(title="Deep", slug="deep"))
    twins = [
        parent.add_child(instance=ArticlePage(title="Twin", slug="twin")) for parent in (home, deep)
    ]
    _out, lines = bring(
        wxr(
            item(comment(5), slug="other", link="https://blog.example/section/deep"),
            item(comment(6), id=2, slug="an-article", link="https://blog.example/2020/an-article/"),
            item(comment(7), id=3, slug="twin", link="https://blog.example/twin/"),
            item(comment(8), id=4, slug="twin", link="https://blog.example/x/twin/"),
            item(comment(9), id=5, slug="nowhere", link="https://blog.example/?p=5"),
            item(id=6, slug="nobody-wrote"),
        ),
        match_only=True,
    )
    pages = dict(Comment.objects.values_list("external_id", "thread__page"))
    assert pages == {"5": deep.pk, "6": article.pk, "7": twins[0].pk}
    assert codes(lines)[:2] == [("several-pages", "4"), ("no-page", "5")]
    assert lines[-1]["summary"]["posts"] == {"matched": 3}


def test_a_page_that_the_mapping_made_wrongly_is_left_out(bring, home):
    home.add_child(instance=ArticlePage(title="Here", slug="a-post"))
    _out, lines = bring(wxr(item(comment(5)), item(comment(6), id=2, slug="b-post")))
    assert codes(lines) == [("invalid-page", "1"), ("post-left-out", "5")]
    assert got(6).state == State.PUBLISHED


def test_a_closed_thread_stays_closed(bring, client):
    bring(wxr(item(comment(5), comments="closed")))
    assert Thread.objects.get().closed
    services.set_thread_closed(page_id=Thread.objects.get().page_id, closed=False)
    bring(wxr(item(comment(5), comments="closed")))
    assert not Thread.objects.get().closed


def test_without_a_mapping_it_says_what_to_do(home, tmp_path):
    (tmp_path / "f.xml").write_bytes(wxr())
    for options, said in (
        ({}, "match-only"),
        ({"mapping": "nowhere.Mapping"}, "nowhere"),
        ({"mapping": "tests.site.models.ArticlePage"}, "PostMapping"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("cx_import_wordpress", str(tmp_path / "f.xml"), **options)
    with pytest.raises(CommandError, match="No such file"):
        call_command("cx_import_wordpress", str(tmp_path / "none.xml"), match_only=True)


def test_the_mapping_of_the_settings_is_used(bring, settings):
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "WORDPRESS_MAPPING": MAPPING}
    bring(wxr(item(comment(5))), mapping="")
    assert got(5).thread.page_id == ArticlePage.objects.get().pk


def test_a_batch_costs_few_statements(bring, django_assert_max_num_queries):
    bring(wxr(item(comment(1))))
    many = [comment(n, parent=n - 1 if n % 4 else 0) for n in range(2, 400)]
    with django_assert_max_num_queries(45):
        bring(wxr(item(*many)))
    assert Comment.objects.count() == 399


def test_the_theme_unit_test_comes_over_whole(bring, client):
    """Every comment of WordPress's own test export, against the file read by other means."""
    import xml.etree.ElementTree as ET

    path = shared_file("wordpress-theme-unit-test.xml")
    wp = "{https://wordpress.org/export/1.2/}"
    expected, slugs, posts = {}, {}, 0
    for post in ET.parse(path).getroot().iter("item"):
        posts += post.findtext(f"{wp}post_type") in ("post", "page")
        for said in post.iter(f"{wp}comment"):
            known = {e.tag.removeprefix(wp): e.text or "" for e in said}
            expected[known["comment_id"]] = known
            slugs[known["comment_id"]] = post.findtext(f"{wp}post_name")
    assert (posts, len(expected)) == (72, 32)
    bring(path.read_bytes())
    assert ImportedPage.objects.count() == 72
    rows = {c.external_id: c for c in Comment.objects.select_related("parent", "thread__page")}
    mentions = {m.external_id: m for m in Mention.objects.select_related("thread__page")}
    assert (len(rows), len(mentions)) == (28, 4)
    for id, known in expected.items():
        kind = known["comment_type"]
        row = (mentions if kind else rows)[id]
        assert f"{row.created_at:%Y-%m-%d %H:%M:%S}" == known["comment_date_gmt"]
        assert row.state == ("published" if known["comment_approved"] == "1" else "pending")
        assert row.thread.page.slug == slugs[id]
        if kind:
            assert row.kind == kind
            continue
        assert (row.parent.external_id if row.parent else "0") == known["comment_parent"]
        assert row.author_name == " ".join(known["comment_author"].split())
        assert row.author_email == known["comment_author_email"]
        assert row.text.split() == known["comment_content"].split()
    assert rows["915"].depth == 9
    assert Comment.objects.filter(state="pending").count() == 3
    assert rebuild_counters() == 0
    page = client.get("/en/template-comments/").content.decode()
    # An article shows the first replies only; the page of the comment goes on.
    assert "Comment Depth 01" in page
    whole = client.get(f"/feedback/comments/{rows['904'].pk}/").content.decode()
    assert "Comment Depth 10" in whole
    assert not [row.author_email for row in rows.values() if row.author_email in page + whole]
    bring(path.read_bytes())
    assert (Comment.objects.count(), Mention.objects.count()) == (28, 4)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables whole")
def test_known_comments_are_looked_up_by_index(home):
    from cx_feedback.comments.imports.comment_matching import SourceMatcher, _get_imported_comments

    many = [str(number) for number in range(2000)]
    rows = _get_imported_comments().filter(source="wordpress:blog.example", external_id__in=many)
    assert "USING INDEX cx_comment_source" in rows.explain()
    assert SourceMatcher("wordpress:blog.example").find_stored(set(), []) == {}
