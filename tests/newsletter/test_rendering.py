"""What a mail looks like: inlined, dark too, with an honest text, and nothing fetched."""

import pytest

from cx_feedback.core.text.plain_text import convert_to_text
from cx_feedback.newsletter.models import FollowUpRule, RuleStep
from cx_feedback.newsletter.rendering import mail_renderer

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(mailing_list):
    return FollowUpRule.objects.create(
        name="Thanks",
        mailing_list=mailing_list,
        trigger="answered",
        subject="Hello {name}, of {list}",
        body=(
            "<h2>Dear {name|friend}</h2><p>Read <b>this</b>: "
            "<a href='/guide/?a=1&amp;b=2'>the guide</a>.</p>"
            "<script>alert(1)</script><ol><li>One</li><li>Two</li></ol>"
        ),
    )


def test_html(rule, settings):
    settings.CX_FEEDBACK = {"NEWSLETTER_BASE_URL": "https://magazine.example/"}
    html = mail_renderer.render_rule(rule, "es").html
    assert '<html lang="es"' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
    assert 'href="https://magazine.example/guide/?a=1&amp;b=2"' in html
    assert "<script" not in html
    assert 'href="{unsubscribe_url}" style="' in html
    assert "Dear {name|friend}" in html
    assert "Friday letter" in html
    assert "http" not in html.replace("https://magazine.example", "")


def test_the_frame_speaks_the_subscriber_s_language(rule):
    assert "Unsubscribe" in mail_renderer.render_rule(rule, "en").text
    spanish = mail_renderer.render_rule(rule, "es")
    assert "Darme de baja" in spanish.text
    assert spanish.subject == "Hello {name|lector}, of Friday letter"


def test_the_text_says_the_same(rule):
    text = mail_renderer.render_rule(rule, "en").text
    assert "Dear {name|friend}\n\nRead this: the guide <" in text
    assert "\n1. One\n2. Two\n" in text
    assert "Unsubscribe <{unsubscribe_url}>" in " ".join(text.split())
    assert "margin" not in text
    assert "alert" not in text


def test_a_list_s_name_is_no_placeholder(rule):
    rule.mailing_list.name = "The {name} & <b>co</b> \\1"
    parts = mail_renderer.render_rule(rule, "en")
    assert "The (name) &amp; &lt;b&gt;co&lt;/b&gt; \\1" in parts.html
    assert parts.subject.endswith("The (name) & <b>co</b> \\1")


def test_preview(rule):
    shown = mail_renderer.render_preview(rule, "en")
    assert shown.subject == "Hello reader, of Friday letter"
    assert "Dear friend" in shown.html
    assert "{" not in shown.text


def test_a_rule_for_any_language_is_shown_in_each(rule, rf):
    rule.language = ""
    modes = dict(rule.preview_modes)
    assert list(modes) == ["", "text", ":es", "text:es"]
    assert modes["text:es"] == "Plain text (Español)"
    texts = {mode: rule.serve_preview(rf.get("/"), mode).content.decode() for mode in modes}
    assert "Unsubscribe" in texts["text"]
    assert "<html" in texts[""]
    assert "Darme de baja" in texts["text:es"]
    assert "Darme de baja" in texts[":es"]
    rule.language = "es"
    assert [mode for mode, _words in rule.preview_modes] == ["", "text"]
    assert "Darme de baja" in rule.serve_preview(rf.get("/"), "text").content.decode()


def test_every_mail_of_a_series_is_shown(rule, rf):
    rule.language = "en"
    for n in (2, 3):
        rule.steps.add(RuleStep(subject=f"Number {n}", body=f"<p>The {n} words</p>", sort_order=n))
    modes = dict(rule.preview_modes)
    assert list(modes) == ["", "text", "::2", "text::2", "::3", "text::3"]
    assert modes["text::3"] == "Email 3: Plain text"

    def shown(mode):
        return rule.serve_preview(rf.get("/"), mode).content.decode()

    assert shown("text::2").startswith("Number 2\n")
    assert "The 2 words" in shown("text::2")
    assert "The 3 words" in shown("::3")
    rule.language = ""
    assert dict(rule.preview_modes)[":es:2"] == "Email 2: HTML (Español)"
    assert "Darme de baja" in shown("text:es:2")
    # The mail was taken out while its preview was open.
    rule.steps.set([])
    assert shown("text::2").startswith("Hello reader")


def test_a_subscriber_without_a_language_is_written_to_in_the_site_s(rule, settings):
    settings.LANGUAGE_CODE = "es"
    assert "Darme de baja" in mail_renderer.render_rule(rule, "").text
    assert "Darme de baja" in mail_renderer.render_rule(rule, "xx").text


def test_plain_text_wraps_and_keeps_addresses_whole():
    html = f"<p>{'word ' * 30}</p><ul><li>a<ul><li>b</li></ul></li></ul><hr>x<br>y"
    text = convert_to_text(html + f"<p><a href='https://x.example/{'z' * 90}'>go</a></p>")
    assert max(len(line) for line in text.splitlines() if "https" not in line) <= 74
    assert f"<https://x.example/{'z' * 90}>" in text
    assert "- a\n- b" in text
    assert "x\ny" in text


def test_an_address_that_comes_again_and_again_is_written_once():
    text = convert_to_text(
        "<a href='/a/'><img alt='A boat'></a><h3><a href='/a/'>Boats</a></h3><p>Of wood.</p>"
        "<p><a href='/a/'>Read on</a></p><p><a href='/b/'>More</a></p><a href='/b/'></a>"
    )
    assert text.split("\n\n") == [
        "A boat", "Boats", "Of wood.", "Read on </a/>", "More </b/>", "/b/\n"
    ]  # fmt: skip


def test_each_answer_to_a_question_has_a_line_of_its_own():
    """The next answer after an address would be taken for that address's."""
    points = " ".join(f'<a class="point" href="https://x.example/?v={n}">{n}</a>' for n in (1, 2))
    assert convert_to_text(f"<p>How?</p><p>{points}</p><p>Thanks.</p>") == (
        "How?\n\n1 <https://x.example/?v=1>\n2 <https://x.example/?v=2>\n\nThanks.\n"
    )
