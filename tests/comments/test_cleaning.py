import re

import pytest

from cx_feedback.comments.models.thread_paths import (
    LEVELS,
    WIDTH,
    is_key,
    new_key,
    path_below,
    paths_above,
)
from cx_feedback.comments.rendering import text_cleaning

REL = 'rel="nofollow ugc noopener"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hello", "<p>Hello</p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("**very** *nice* _too_", "<p><strong>very</strong> <em>nice</em> <em>too</em></p>"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2*3*4</p>"),
        ("> said\n> before\n\nno", "<blockquote><p>said<br>before</p></blockquote><p>no</p>"),
        ("`<b> & *x*`", "<p><code>&lt;b&gt; &amp; *x*</code></p>"),
        ("- one\n- *two*", "<ul><li>one</li><li><em>two</em></li></ul>"),
        ("1. one\n2) two", "<ol><li>one</li><li>two</li></ol>"),
        ("- one\ntwo", "<p>- one<br>two</p>"),
        (
            "a\n```py\nx < *y*\n\n- z\n```\nb",
            "<p>a</p><pre><code>x &lt; *y*\n\n- z</code></pre><p>b</p>",
        ),
        ("```\n<script>", "<pre><code>&lt;script&gt;</code></pre>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        (
            "[here](https://a.example/x?a=1&b=2)",
            f'<p><a href="https://a.example/x?a=1&amp;b=2" {REL}>here</a></p>',
        ),
        (
            "see https://a.example/x_y_z, ok",
            f'<p>see <a href="https://a.example/x_y_z" {REL}>https://a.example/x_y_z</a>, ok</p>',
        ),
        (
            '"https://a.example"',
            f'<p>"<a href="https://a.example" {REL}>https://a.example</a>"</p>',
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](//a.example)", "<p>[x](//a.example)</p>"),
    ],
)
def test_marks_become_elements(text, html):
    assert text_cleaning.render_text(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '[a" onmouseover="alert(1)](https://a.example/"onclick="x)',
        "https://a.example/\"onmouseover='alert(1)'",
        "`[x](https://a.example)`<svg/onload=alert(1)>",
        "[`<img onerror=x>`](https://a.example)",
        "\x020\x03 \x0299\x03 `x`",
        "https://a.example/`<script>`",
        "```\n</code></pre><script>alert(1)</script>\n```",
        '- <script>\n- [x](https://a.example/"onclick=)',
    ],
)
def test_no_element_and_no_attribute_but_ours(text):
    html = text_cleaning.render_text(text_cleaning.clean_text(text))
    for tag in re.findall(r"<[^>]*>", html):
        ours = r"</?(p|br|strong|em|code|pre|ul|li|blockquote)>|</a>"
        assert re.fullmatch(ours + r'|<a href="https?://[^"]*" rel="[^"]*">', tag)


def test_a_text_that_holds_our_own_marks_is_only_text():
    assert "99" in text_cleaning.render_text("\x0299\x03")


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
    assert text_cleaning.render_html(source) == made


@pytest.mark.parametrize(
    "piece", ["<blockquote>", "<pre>", "<script>", "<img ", "<p", "[[", "\n\n"]
)
def test_html_meant_to_take_long_does_not(piece):
    """Nothing but what nh3 itself needs: a pattern that goes back and forth would never end."""
    for source in (piece * 3000, "x" + piece * 3000 + ">"):
        assert isinstance(text_cleaning.add_paragraphs(source), str)
        assert isinstance(text_cleaning.html_to_text(source), str)
