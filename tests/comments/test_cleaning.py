import pytest

from cx_feedback.comments.models.thread_paths import (
    LEVELS,
    WIDTH,
    is_key,
    new_key,
    path_below,
    paths_above,
)
from cx_feedback.comments.rendering import imported_html
from cx_feedback.core.text import text_cleaning


def test_plain_keeps_words_and_drops_what_steers_the_screen():
    assert text_cleaning.clean_text("a\x00b\r\nc\u202ed\ud800") == "ab\ncd?"
    assert text_cleaning.clean_text("  Ana \n María ", one_line=True) == "Ana María"
    assert text_cleaning.has_visible_text("é")
    assert not text_cleaning.has_visible_text(" \u200b\u2060\n")


def test_keys_sort_by_time_and_paths_by_reading(settings):
    import datetime

    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = [new_key(start + datetime.timedelta(milliseconds=n)) for n in range(50)]
    assert made == sorted(made)
    assert all(map(is_key, made))
    assert not is_key("É" * 13)
    path = ""
    for key in made:
        path = path_below(path, key)
    assert len(path) == WIDTH * LEVELS
    assert path.endswith(made[-1])
    assert len(paths_above(path)) == LEVELS - 1
    assert paths_above(made[0]) == []


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("<p>one</p>\n<p>two</p>", "<p>one</p><p>two</p>"),
        (
            "<ul>\n<li>a</li>\n<li>b\n\nc</li></ul>d",
            "<ul><li>a</li><li>b<br><br>c</li></ul><p>d</p>",
        ),
        ("<pre>a\n\n  b</pre>", "<pre>a\n\n  b</pre>"),
        ("<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        (
            "<table><tr>\n<td>a</td><td>b</td>\n</tr><tr><td>c</td></tr></table>",
            "<p>a  b <br>c</p>",
        ),
        ("<b>never closed", "<p><b>never closed</b></p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("<iframe>\n\n<b>x</b>", "<p><b>x</b></p>"),
        ("", ""),
    ],
)
def test_html_of_other_systems(source, made):
    assert imported_html.render_html(source) == made


@pytest.mark.parametrize(
    "piece", ["<blockquote>", "<pre>", "<script>", "<img ", "<p", "[[", "\n\n"]
)
def test_html_meant_to_take_long_does_not(piece):
    """Nothing but what nh3 itself needs: a pattern that goes back and forth would never end."""
    for source in (piece * 3000, "x" + piece * 3000 + ">"):
        assert isinstance(imported_html.add_paragraphs(source), str)
        assert isinstance(text_cleaning.html_to_text(source), str)
