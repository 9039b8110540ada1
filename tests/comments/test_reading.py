"""Nothing that somebody wrote takes the page from who reads it."""

import pytest

from cx_feedback.comments.models import Comment
from cx_feedback.comments.rendering.comment_items import is_long
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.submission.comment_input import clean_comment_text
from cx_feedback.core.text import text_cleaning
from tests.conftest import OWN

FOLD = "Show the whole comment"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Short", False),
        ("word " * 300, False),
        ("word " * 600, True),
        ("\n".join("abcdefghij"), False),
        ("\n".join("a" * 2000), True),
        ("\n\n".join("a" * 40), True),
        ("- a\n" * 40, True),
        ("```\n" + "a\n" * 40 + "```", True),
    ],
)
def test_long_comments_fold_by_lines_and_characters(text, folded):
    assert is_long(render_markdown(text)) is folded


@pytest.mark.django_db
def test_a_folded_comment_is_whole_in_the_page(client, talk, write):
    write("Short", state="published")
    assert FOLD not in client.get(talk.url).content.decode()
    write("\n".join(f"line {n}" for n in range(500)), state="published")
    html = client.get(talk.url).content.decode()
    assert html.count(FOLD) == 1
    assert "line 499" in html
    assert html.index("line 499") < html.index('<details class="cx-fold">') < html.index("cx-reply")


def test_a_letter_carries_three_marks_at_most():
    zalgo = "Z" + "\u0316\u0489" * 20 + "a" + "\u035c" * 9 + "o"
    assert text_cleaning.clean_text(zalgo) == "Z\u0316\u0489\u0316a\u035c\u035c\u035co"
    for word in ("Việt", "שָׁלוֹם", "ก็", "नमस्ते", "1\ufe0f\u20e3"):
        assert text_cleaning.clean_text(word) == word


@pytest.mark.parametrize(
    "text",
    ["\u200b\u2060", "\u3164", "\u2800\u2800", "\u115f\uffa0", "\u034f", "\u0301\u0301", "\ufe0f",
     "\U000e0041", "> ", ">>>", "```", "```py\n```", "[ ](https://a.example)", "[\u3164](https://a.b)"],
)  # fmt: skip
@pytest.mark.django_db
def test_a_comment_that_shows_nothing_is_empty(client, talk, text):
    given = {"page": talk.pk, "name": "Ana", "text": text}
    response = client.post(
        "/feedback/api/v1/comments/", given, content_type="application/json", **OWN
    )
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["text"]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("text", ["👍", "?", "-", "* * *", "`x`", "> x", "…", "١", "1."])
def test_a_sign_alone_is_a_comment(text):
    assert clean_comment_text(text) == text
