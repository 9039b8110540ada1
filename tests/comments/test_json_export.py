"""Out into a file and back in: what comes back is what was there."""

import io
import json
import os
import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.comments import services
from cx_feedback.comments.imports.import_report import CHANGED, LEFT_OUT
from cx_feedback.comments.models import (
    Comment,
    Flag,
    ImportedPage,
    Mention,
    ModerationEvent,
    Thread,
    Vote,
)
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.services.votes import VoteChoice
from cx_feedback.comments.submission.author import Actor
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Activity, Reader
from cx_feedback.readers.privacy.person_requests import export_person
from tests.comments.files import comment, item, wxr
from tests.site.models import ArticlePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "comments.json"


def export(file, **options):
    call_command("cx_export_comments", str(file), stderr=io.StringIO(), **options)
    return json.loads(file.read_text())


def bring(file, **options):
    out = io.StringIO()
    call_command("cx_import_comments", str(file), stdout=out, stderr=out, **options)
    return out.getvalue()


def forget():
    for model in (Comment, Mention, ImportedPage, Thread):
        model.objects.all().delete()


@pytest.fixture
def world(talk, home, write, reader, tmp_path, admin_user):
    """Comments written here in every state, and imported ones with mentions."""
    first = write("Some **words**", reader=reader, email="ana@example.org", state="published")
    below = first
    for _level in range(36):
        below = write(parent=below, state="published")
    write("Waiting", parent=first)
    services.highlight_comments("pin", ids=[first.pk])
    services.highlight_comments("pick", ids=[below.pk])
    services.reply_as_moderator(
        parent_id=first.pk, text="From the staff", moderator=admin_user, name="The desk"
    )
    Comment.objects.filter(pk=below.pk).update(edited_at=below.created_at)
    for n in range(3):
        actor = Actor(readers.create_reader())
        services.cast_vote(
            comment_id=first.pk, actor=actor, choice=VoteChoice(1, "love" if n else "")
        )
        services.flag_comment(comment_id=below.pk, actor=actor, reason="abuse", text="Dreadful ñ")
    services.cast_vote(comment_id=below.pk, actor=actor, choice=VoteChoice(-1))
    Flag.objects.filter(reader=actor.reader).update(state="dismissed")
    Comment.objects.filter(pk=below.pk).update(flags=2)
    services.hide_comments(ids=[write("Hidden", parent=first, state="published").pk])
    write(state="mark_spam")
    write(state="reject")
    write("gone", email="gone@example.org", name="Gone", state="published")
    services.erase_comments(reader_ids=[], email="gone@example.org")
    other = home.add_child(instance=ArticlePage(title="Other", slug="other"))
    write("Elsewhere ñ \u2028 </script>", page=other)
    services.set_thread_closed(page_id=other.pk, closed=True)
    quiet = home.add_child(instance=ArticlePage(title="Quiet", slug="quiet"))
    services.set_thread_closed(page_id=quiet.pk, closed=True)
    (tmp_path / "w.xml").write_bytes(
        wxr(
            item(
                comment(5, "<b>HTML</b>"),
                comment(6, parent=5),
                comment(7, type="pingback", author="Ping"),
                slug="quiet",
            )
        )
    )
    call_command(
        "cx_import_wordpress", str(tmp_path / "w.xml"), match_only=True, stdout=io.StringIO()
    )


def rows():
    fields = (
        "key", "path", "depth", "replies", "parent__key", "root__key", "thread__page",
        "author_name", "author_email", "text", "markup", "html", "state", "language",
        "created_at", "published_at", "decided_at", "edited_at", "pinned_at", "picked",
        "by_staff", "source", "external_id", "up", "down", "reactions", "rank", "flags",
    )  # fmt: skip
    votes = Vote.objects.order_by("pk").values("comment__key", "value", "reaction", "created_at")
    flags = Flag.objects.order_by("pk").values(
        "comment__key", "reason", "text", "state", "created_at"
    )
    threads = Thread.objects.order_by("page").values("page", "closed", "published")
    mentions = Mention.objects.order_by("pk").values(
        "thread__page", "kind", "title", "url", "text", "state", "created_at", "external_id"
    )
    return [
        list(Comment.objects.order_by("path").values(*fields)),
        list(threads),
        list(mentions),
        list(votes),
        list(flags),
    ]


def test_a_round_trip_brings_back_all_of_it(world, file):
    before = rows()
    assert [len(part) for part in before] == [46, 3, 1, 4, 3]
    out = export(file)
    assert not any(reader.key.hex in file.read_text() for reader in Reader.objects.all())
    forget()
    acts, letters = Activity.objects.count(), len(mail.outbox)
    bring(file)
    assert rows() == before
    assert rebuild_counters() == 0
    assert without_readers(export(file)["records"]) == without_readers(out["records"])
    assert (Activity.objects.count(), len(mail.outbox)) == (acts, letters)
    assert not Comment.objects.filter(reader__isnull=False).exists()
    assert not ModerationEvent.objects.exists()


def without_readers(records):
    return [{name: x for name, x in record.items() if name != "reader"} for record in records]


def test_votes_come_once_however_often_they_are_brought(world, file):
    before = rows()
    export(file)
    Vote.objects.all().delete()
    Flag.objects.all().delete()
    Comment.objects.update(up=0, down=0, reactions={}, rank=0, flags=0)
    readers_before = Reader.objects.count()
    assert re.search(r"Votes new +4\nReports new +3\n", bring(file))
    assert rows() == before
    assert Reader.objects.count() == readers_before + 3
    assert "Votes new" not in bring(file)
    assert rows() == before


def test_over_what_is_there_it_changes_nothing(world, file):
    before = rows()
    export(file)
    for _ in range(2):
        assert re.search(r"Known from an earlier import +54\n", bring(file))
    assert rows() == before
    assert Comment.objects.filter(reader__isnull=False).count() == 1


def test_on_another_site_by_address_and_slug(world, file, talk, home):
    export(file)
    forget()
    for page in ArticlePage.objects.all():
        page.delete()
    home.refresh_from_db()
    section = home.add_child(instance=ArticlePage(title="News", slug="news"))
    section.add_child(instance=ArticlePage(title="An article", slug="an-article"))
    home.add_child(instance=ArticlePage(title="Other", slug="other"))
    said = bring(file)
    assert "No page on this site" in said
    published = dict(Thread.objects.values_list("page__slug", "published"))
    assert published == {"an-article": 38, "other": 0}
    assert rebuild_counters() == 0


def test_a_comment_that_came_from_elsewhere_comes_once(world, file, home, tmp_path):
    """The same WordPress comments, on their page by import and by the file."""
    export(file)
    forget()
    call_command(
        "cx_import_wordpress", str(tmp_path / "w.xml"), match_only=True, stdout=io.StringIO()
    )
    bring(file)
    assert Comment.objects.filter(source="wordpress:blog.example").count() == 2
    assert Mention.objects.count() == 1


def test_the_format_is_the_documented_one(world, file):
    out = export(file)
    assert (out["format"], out["version"]) == ("cx_feedback.comments", 1)
    assert out["source"] == "http://localhost"
    assert out["exported_at"].endswith("+00:00")
    fields = {}
    for record in out["records"]:
        fields.setdefault(record["type"], set(record))
    from tests.messages import ROOT

    described = (ROOT / "docs/how-to/moving-in.md").read_text()
    assert [c for c in (*LEFT_OUT, *CHANGED) if f"`{c}`" not in described] == []
    assert set(fields) == {"page", "comment", "vote", "flag", "pingback"}
    for name in set().union(*fields.values()):
        assert f"`{name}`" in described, name
    _first, text = file.read_text().split("\n", 1)
    assert json.loads(text.split("\n")[0].removesuffix(","))["type"] == "page"
    if os.name == "posix":
        assert file.stat().st_mode & 0o77 == 0


def test_one_page_and_standard_output(world, file, talk, capsys):
    out = export(file, page=[talk.pk])
    assert [r["id"] for r in out["records"] if r["type"] == "page"] == [str(talk.pk)]
    call_command("cx_export_comments", "-", page=[talk.pk], stderr=io.StringIO())
    assert json.loads(capsys.readouterr().out)["records"] == out["records"]
    with pytest.raises(CommandError):
        export(file.parent / "no" / "such" / "folder")


def test_the_export_costs_the_same_for_many(talk, write, file):
    for _ in range(3):
        write(parent=write(state="published"))
    export(file)
    with CaptureQueriesContext(connection) as few:
        export(file)
    for _ in range(30):
        write(parent=write(state="published"))
    with CaptureQueriesContext(connection) as many:
        export(file)
    assert len(few) == len(many)


def test_however_it_is_formatted(world, file):
    out, before = export(file), rows()
    forget()
    file.write_text(json.dumps(out, indent=4, ensure_ascii=True))
    bring(file)
    assert rows() == before


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda x: "", "not JSON"),
        (lambda x: "[]", "not JSON"),
        (lambda x: "{}", "not a comment export"),
        (lambda x: x[: len(x) // 2], "ends in the middle"),
        (lambda x: x.replace('"version": 1', '"version": 2'), "Version 2"),
        (lambda x: x.replace("cx_feedback.comments", "other"), "not a comment export"),
        (lambda x: x.replace('"records": [', '"records": [7,'), "not JSON"),
        (lambda x: x.replace('"records": [', '"records": [' + "[" * 100_000), "not JSON"),
        (lambda x: x.replace("Waiting", "x" * 2_000_000), "not JSON"),
    ],
)
def test_a_file_that_is_none_stores_nothing(write, file, spoil, said):
    write("Waiting", parent=write(state="published"))
    export(file)
    forget()
    file.write_text(spoil(file.read_text()))
    with pytest.raises(CommandError, match=said):
        bring(file)
    assert not Thread.objects.exists()


def test_languages_are_those_of_this_site(talk, file):
    page = {"type": "page", "id": str(talk.pk), "url": f"http://x{talk.url}", "slug": talk.slug}
    comment = {"type": "comment", "parent": None, "name": "A", "email": "", "text": "Hello",
               "state": "published", "written_at": "2020-01-01T00:00:00+00:00"}  # fmt: skip
    sent = {"1" * 13: "es-mx", "2" * 13: "en-us", "3" * 13: "fr"}
    records = [{**comment, "key": key, "language": code} for key, code in sent.items()]
    doc = {"format": "cx_feedback.comments", "version": 1, "records": [page, *records]}
    file.write_text(json.dumps(doc))
    bring(file)
    stored = Comment.objects.order_by("pk").values_list("language", flat=True)
    assert list(stored) == ["es", "en", "fr"]


def test_hostile_records_do_no_harm(talk, file, tmp_path, client):
    good = {
        "type": "comment", "key": "0" * 13, "parent": None, "name": "A", "email": "",
        "text": "<script>alert(1)</script>", "markup": "html", "state": "published",
        "written_at": "2020-01-01T00:00:00+00:00",
    }  # fmt: skip
    vote = {
        "type": "vote", "comment": "0" * 13, "reader": "r", "value": 1,
        "written_at": "2020-01-01T00:00:00+00:00",
    }  # fmt: skip
    page = {"type": "page", "id": str(talk.pk), "url": f"http://x{talk.url}", "slug": talk.slug}
    bad = [
        {**good, "key": "UPPER"},
        {**good, "key": "1" * 13, "written_at": "2020-01-01"},
        {**good, "key": "2" * 13, "written_at": 7},
        {**good, "key": "3" * 13, "html": "<script>alert(2)</script>", "state": "root"},
        {**good, "key": "4" * 13, "name": "\ud800\x00\u202eevil", "email": ["x"], "text": {"a": 1}},
        {**good, "key": "5" * 13, "parent": "9" * 13, "language": "x" * 99, "source": "s" * 999},
        {"type": "secret"},
        {},
        {**vote, "comment": "9" * 13},
        {**vote, "value": 7},
        {**vote, "value": True},
        {**vote, "reader": ["x"]},
        {**vote, "reader": "\x00 "},
        {**vote, "reader": "\ud800"},
        {**vote, "comment": "\ud800"},
        {**vote, "written_at": "soon"},
        {**vote, "reaction": "<script>alert(3)</script>"},
        {**vote, "type": "flag", "reason": "x" * 99, "text": "y" * 999, "state": "root"},
    ]
    doc = {"format": "cx_feedback.comments", "version": 1, "records": [good, page, good, *bad]}
    file.write_text(json.dumps(doc))
    report = tmp_path / "r.jsonl"
    bring(file, report=str(report))
    codes = [json.loads(line).get("code") for line in report.read_text().splitlines()]
    assert codes.count("no-post") == 1
    assert codes.count("no-id") == 1
    assert codes.count("no-date") == 3
    assert (codes.count("no-comment"), codes.count("no-act")) == (1, 5)
    assert [(v.value, v.reaction) for v in Vote.objects.all()] == [(1, "")] * 2
    assert [(f.reason, len(f.text), f.state) for f in Flag.objects.all()] == [
        ("other", 500, "open")
    ]
    assert codes.count("other-kind") == 2
    assert Comment.objects.get(key="3" * 13).state == "pending"
    assert Comment.objects.get(key="4" * 13).author_name == "?evil"
    assert "alert" not in "".join(Comment.objects.values_list("html", flat=True))
    assert b"<script>alert" not in client.get(talk.url).content
    assert rebuild_counters() == 0


def test_votes_that_came_back_are_still_the_reader_s(world, file):
    """A stand-in has them, whom the reader's key leads to: exported and erased as theirs."""
    reader = readers.create_reader()
    comment = Comment.objects.get(text="Some **words**")
    actor = Actor(reader)
    services.cast_vote(comment_id=comment.pk, actor=actor, choice=VoteChoice(1))
    services.flag_comment(comment_id=comment.pk, actor=actor, reason="abuse", text="My words")
    export(file)
    forget()
    bring(file)
    comment = Comment.objects.get(text="Some **words**")
    assert (comment.up, comment.flags) == (4, 1)
    found = export_person(reader_ids=[reader.pk])["comment_actions"]
    assert sorted(row["kind"] for row in found) == ["flag", "vote"]
    readers.erase_person(reader_ids=[reader.pk])
    assert not Flag.objects.filter(text="My words").exists()
    comment.refresh_from_db()
    assert (comment.up, comment.flags) == (3, 0)
