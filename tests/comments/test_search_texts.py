"""Comments that were stored without a search text get one, and nothing else is touched."""

import pytest

from cx_feedback.comments import services, tasks
from cx_feedback.comments.models import Comment, Markup
from cx_feedback.comments.moderation.comment_search import search_comments
from cx_feedback.comments.services import search_text_backfill

pytestmark = pytest.mark.django_db


def found(query):
    return set(search_comments(Comment.objects.all(), query).values_list("pk", flat=True))


@pytest.fixture
def stored_before(write):
    comments = [write("Jalapeños y más", name="José", email="j@example.org"), write("Other words")]
    html = write("Old")
    Comment.objects.filter(pk=html.pk).update(markup=Markup.HTML, text="<p>Alte <b>Wörter</b></p>")
    Comment.objects.update(search_text="")
    return [*comments, html]


def test_what_is_missing_is_written_once(stored_before, django_assert_num_queries):
    one, two, html = stored_before
    assert found("jalapenos") == set()
    assert tasks.fill_search_texts() == 3
    assert (found("jose JALAPENOS"), found("words other"), found("worter alte")) == (
        {one.pk}, {two.pk}, {html.pk},
    )  # fmt: skip
    with django_assert_num_queries(3):
        assert tasks.fill_search_texts() == 0


def test_it_goes_by_key_range_and_on_after_a_crash(stored_before, monkeypatch):
    monkeypatch.setattr(search_text_backfill, "BATCH_SIZE", 2)
    real, calls = search_text_backfill.build_search_text, []

    def fail_late(*args):
        calls.append(args)
        if len(calls) == 3:
            raise RuntimeError("the worker is gone")
        return real(*args)

    monkeypatch.setattr(search_text_backfill, "build_search_text", fail_late)
    with pytest.raises(RuntimeError):
        services.fill_search_texts()
    assert Comment.objects.exclude(search_text="").count() == 2
    assert services.fill_search_texts() == 1
    assert len(calls) == 4


def test_nothing_of_what_was_erased_comes_back(stored_before, moderator, write):
    one, two, _html = stored_before
    services.delete_as_moderator(
        comment_id=one.pk, reason="x", moderator=moderator, seen=services.get_seen(one)
    )
    kept = write("Words of today")
    before = Comment.objects.get(pk=kept.pk)
    assert services.fill_search_texts() == 2
    assert Comment.objects.get(pk=one.pk).search_text == ""
    assert Comment.objects.get(pk=kept.pk).search_text == before.search_text
    assert Comment.objects.get(pk=two.pk).text == "Other words"


def test_what_has_no_letter_to_find_is_not_read_again(write):
    comment = write("x", name="A")
    Comment.objects.filter(pk=comment.pk).update(search_text="", author_name="", text="\u0301")
    assert services.fill_search_texts() == 1
    assert services.fill_search_texts() == 0
    assert found("\u0301") == set()
