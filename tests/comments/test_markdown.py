"""What readers type is shown as they meant it, and costs what its length does."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from cx_feedback.comments import services
from cx_feedback.comments.following.notification_mails import write_new_comment_mail
from cx_feedback.comments.models import Comment, CommentRevision
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.services.revisions import get_seen
from cx_feedback.core.text import text_cleaning
from tests import patterns
from tests.test_patterns import A_MARK, COMMENT, judge

REL = 'rel="nofollow ugc noopener"'


def link(url, words=""):
    return f'<a href="{url}" {REL}>{words or url}</a>'


def flat(html):
    """Return HTML without the line ends between its elements."""
    return re.sub(r">\n+<", "><", html).replace("<br>\n", "<br>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hello", "<p>Hello</p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("**very** *nice* _too_", "<p><strong>very</strong> <em>nice</em> <em>too</em></p>"),
        ("snake_case_name 2 * 3 * 4", "<p>snake_case_name 2 * 3 * 4</p>"),
        (r"\*as typed\*", "<p>*as typed*</p>"),
        ("`<b> & *x*`", "<p><code>&lt;b&gt; &amp; *x*</code></p>"),
        ("1 < 2 & 3 &lt;", "<p>1 &lt; 2 &amp; 3 &amp;lt;</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("[x](https://a.com 'tip')", f"<p>{link('https://a.com', 'x')}</p>"),
        ("    indented", "<p>indented</p>"),
        # quotes
        ("> said\n> before\nanswer", "<blockquote><p>said<br>before</p></blockquote><p>answer</p>"),
        ("so\n> said\nno", "<p>so</p><blockquote><p>said</p></blockquote><p>no</p>"),
        (">said\n\nno", "<blockquote><p>said</p></blockquote><p>no</p>"),
        # lists
        ("- one\n- *two*", "<ul><li>one</li><li><em>two</em></li></ul>"),
        ("Bring:\n- a\n- b", "<p>Bring:</p><ul><li>a</li><li>b</li></ul>"),
        ("Bring:\n1. a\n2. b", "<p>Bring:</p><ol><li>a</li><li>b</li></ol>"),
        ("- a\n- b\nMix them.", "<ul><li>a</li><li>b</li></ul><p>Mix them.</p>"),
        ("- a\n  more\n- b", "<ul><li>a<br>more</li><li>b</li></ul>"),
        ("1986. A year", '<ol start="1986"><li>A year</li></ol>'),
        ("* * *", "<p>* * *</p>"),
        # code
        (
            "a\n```py\nx < *y*\n\n- z\n```\nb",
            "<p>a</p><pre><code>x &lt; *y*\n\n- z\n</code></pre><p>b</p>",
        ),
        ("```\n<script>", "<pre><code>&lt;script&gt;</code></pre>"),
        # links
        ("[here](https://a.example/x?a=1&b=2)", "<p>{}</p>".format(
            link("https://a.example/x?a=1&amp;b=2", "here"))),
        ("[a [1]](https://a.example/b_(c))", f"<p>{link('https://a.example/b_(c)', 'a [1]')}</p>"),
        ("(https://a.example/b_(c)).", f"<p>({link('https://a.example/b_(c)')}).</p>"),
        ("see https://a.example/x_y_z, ok", f"<p>see {link('https://a.example/x_y_z')}, ok</p>"),
        ("https://a.example/_x_/*y", f"<p>{link('https://a.example/_x_/*y')}</p>"),
        ('"https://a.example"', f'<p>"{link("https://a.example")}"</p>'),
        ("**https://a.example**", f"<p><strong>{link('https://a.example')}</strong></p>"),
        ("<https://a.example/x>", f"<p>{link('https://a.example/x')}</p>"),
        ("[https://a.example](https://b.example)",
            f"<p>{link('https://b.example', 'https://a.example')}</p>"),
        ("xhttps://a.example", "<p>xhttps://a.example</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](//a.example) [x]() [x](/y)", "<p>[x](//a.example) [x]() [x](/y)</p>"),
        ("www.a.example ana@a.example", "<p>www.a.example ana@a.example</p>"),
        # what is no rule
        ("# no title\n***\n---", "<p># no title<br>***<br>---</p>"),
        ("![x](https://a.example/x.png)", f"<p>!{link('https://a.example/x.png', 'x')}</p>"),
        ("| a | b |\n|---|---|", "<p>| a | b |<br>|---|---|</p>"),
        ("[a]: https://a.example", f"<p>[a]: {link('https://a.example')}</p>"),
    ],
)  # fmt: skip
def test_marks_become_elements(text, html):
    assert flat(render_markdown(text)) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '[a" onmouseover="alert(1)](https://a.example/"onclick="x)',
        "https://a.example/\"onmouseover='alert(1)'",
        "`[x](https://a.example)`<svg/onload=alert(1)>",
        "[`<img onerror=x>`](https://a.example)",
        "https://a.example/`<script>`",
        "```\n</code></pre><script>alert(1)</script>\n```",
        '- <script>\n- [x](https://a.example/"onclick=)',
    ],
)
def test_no_element_and_no_attribute_but_ours(text):
    html = render_markdown(text_cleaning.clean_text(text))
    for tag in re.findall(r"<[^>]*>", html):
        ours = r"</?(p|br|strong|em|code|pre|ul|li|blockquote)>|</a>"
        assert re.fullmatch(ours + r'|<a href="https?://[^"]*" rel="[^"]*">', tag)


@pytest.mark.parametrize("unit", [">", "> ", "- ", "1. ", "> - ", "[", "*a **b ", "> 1) "])
def test_no_word_is_lost_however_deep_it_stands(unit):
    html = render_markdown(unit * 300 + "deep words")
    assert "deep words" in html
    assert html.count("<blockquote>") + html.count("<ul>") + html.count("<ol") <= 8


#: Units of texts that make readers of Markdown slow, as in the tests of CommonMark.
SLOW = [
    "://", "a://", "https://a.b/(", "[a](https://a.b/(", "[a](https://a.b \"", "[a](<b", "![[]()",
    "[ (](", "*a **a ", "*a_", "a**b", "_a __a", "[*a](", "[`a](", "`a", "> - ", "- a\nb\n",
    "> a\nb\n", "-\n", "a\n\n", "\\", "<a@b.es>", "https://user:", "e`", "[a\\](", "*[a*](",
]  # fmt: skip


@pytest.mark.parametrize("unit", SLOW)
def test_text_made_to_be_slow_costs_what_its_length_does(unit):
    def texts(size):
        yield "repeated", (unit * (size // len(unit) + 1))[:size]
        spaced = "".join(" " * (i % 40) + unit for i in range(size // 10))
        yield "with growing space", spaced[:size]

    judge(render_markdown, unit, COMMENT, texts, COMMENT * A_MARK)


def test_runs_of_backticks_and_steps_of_lists_are_read_once():
    ticks = "".join("e" + "`" * n for n in range(1, 200))[:COMMENT]
    steps = "\n".join("  " * n + "- a" for n in range(140))[:COMMENT]
    for text in (ticks, steps, "[" * 10_000 + "]" * 10_000):
        assert patterns.cost(render_markdown, text) < COMMENT * A_MARK


def test_one_parser_serves_many_threads():
    texts = [f"**{n}** https://a.example/{n} > {n}\n\n- {n}" for n in range(50)] * 4
    alone = [render_markdown(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(render_markdown, texts)) == alone


@pytest.mark.django_db
def test_stored_html_stays_as_it_is(write):
    old = write("- one\n> two")
    html = "<p>as it was rendered by an earlier version</p>"
    Comment.objects.filter(pk=old.pk).update(html=html)
    old.refresh_from_db()
    services.edit_as_moderator(
        comment_id=old.pk, text="**new**", moderator=None, seen=get_seen(old)
    )
    assert CommentRevision.objects.get(comment=old, number=1).html == html
    old.refresh_from_db()
    assert old.html == "<p><strong>new</strong></p>"


@pytest.mark.django_db
def test_mails_show_words_not_marks(write):
    text = "> you *said*\n> so\nNo, **never**: {x} [look](https://a.example/l)\n- one\n- `two`"
    mail = write_new_comment_mail(write(text, state="published"), "en")
    assert (
        "“you said\nso”\n\nNo, never: (x) look <https://a.example/l>\n\n- one\n- two" in mail.text
    )
    for mark in ("**", "*said*", "`", "[look]"):
        assert mark not in mail.text
        assert mark not in mail.html
    assert "look &lt;https://a.example/l&gt;" in mail.html
