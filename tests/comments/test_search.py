"""Search in the queue: without accents and case, words in any order."""

import time

import pytest

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment
from cx_feedback.comments.models.search_text import MAX_LENGTH, build_search_text
from cx_feedback.comments.moderation.comment_search import search_comments
from cx_feedback.comments.submission.author import Actor
from cx_feedback.core.text.search_folding import fold_for_search

pytestmark = pytest.mark.django_db
QUEUE = "/admin/cx-feedback/comments/"


@pytest.fixture
def found(write):
    """A function that returns the texts of the comments that a search finds."""
    write("La cerveza más fría del año está en Málaga", name="José Núñez", email="j@example.org")
    write("Straße und ΚΑΦΕΣ, ﬁne İstanbul", name="Ω")
    write("100% of a_b\nand more")

    def search(query):
        return [c.text[:8] for c in search_comments(Comment.objects.order_by("pk"), query)]

    return search


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("malaga CERVEZA", ["La cerve"]),
        ("Ano  mas", ["La cerve"]),
        ("nunez málaga", ["La cerve"]),
        ("J@EXAMPLE.org", ["La cerve"]),
        ("cerveza berlin", []),
        ("strasse καφες fine istanbul", ["Straße u"]),
        ("100% a_b", ["100% of "]),
        ("0% b\nand", ["100% of "]),
        ("_", ["100% of "]),
        ("%%", []),
        ("\u0301", []),
        ("\u200b", []),
        ("   ", []),
    ],
)
def test_words_are_found_in_any_order(found, query, texts):
    assert found(query) == texts


def test_the_queue_and_its_counts_use_it(client, moderator, found):
    client.force_login(moderator)
    page = client.get(QUEUE, {"q": "FRIA málaga", "state": "all"})
    assert [row.comment.author_name for row in page.context["rows"]] == ["José Núñez"]
    assert {tab.state: tab.count for tab in page.context["tabs"]}["pending"] == 1


def test_it_follows_edits_erasures_and_imports(write, reader, moderator):
    comment = write("Fría", reader=reader, name="Ana")
    services.edit_comment(
        comment_id=comment.pk, actor=Actor(reader=reader), text="Caliénte", minutes=60
    )
    comment.refresh_from_db()
    assert comment.search_text == "ana caliente"
    reply = services.reply_as_moderator(
        parent_id=comment.pk, text="Sí", name="Édith", moderator=moderator
    ).comment
    assert Comment.objects.get(pk=reply.pk).search_text == "edith si"
    made = Comment(thread=comment.thread, key="a" * 13, path="a" * 13, author_name="Ñu",
                   text="<p>Él</p>", markup="html", state="published")  # fmt: skip
    Comment.objects.bulk_create([made])
    assert Comment.objects.get(author_name="Ñu").search_text == "nu el"
    services.erase_comments(reader_ids=[reader.pk])
    assert Comment.objects.get(pk=comment.pk).search_text == ""


@pytest.mark.parametrize("text", ["a\u0301" * 5000, "ﷺ" * 5000, "\u0300" * 10_000, "ß" * 10_000])
def test_no_text_is_slow_or_grows(text):
    started = time.perf_counter()
    assert len(build_search_text("", "", text)) <= MAX_LENGTH
    assert time.perf_counter() - started < 1
    assert fold_for_search("É" * 3) == "eee"


def test_a_long_search_is_cut(found):
    assert found("cerveza " * 500) == ["La cerve"]
