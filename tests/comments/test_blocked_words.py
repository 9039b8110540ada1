"""Blocked words are found as readers would see them, however they are typed."""

from time import process_time

import pytest
from wagtail.models import Site

from cx_feedback.comments.models import CommentSettings, Rule
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.spam import Submission
from cx_feedback.comments.spam.scorers.blocked_words import BlockedWords
from cx_feedback.comments.spam.word_list import get_word_list
from cx_feedback.core.text.text_folding import (
    fold_letters,
    fold_text,
    get_shown_text,
)
from tests.comments.test_admission import ask_of, state_of


def found(text, *lines, **known):
    signal = BlockedWords().score(Submission(text=text, blocked_words=lines, **known))
    return signal.detail["words"] if signal else []


@pytest.mark.parametrize(
    "text",
    [
        "_puta_",
        "*puta*",
        "**puta**",
        "p**u**ta",
        "**p**uta",
        "p*u*ta",
        "puta_",
        "__puta__",
        "pu`t`a",
        "[p](https://a.example)uta",
        "[pu**ta**](https://a.example)",
        "https://a.example/puta/x",
        "[here](https://puta.example)",
        "- a list\n- puta",
        "> puta",
        "```\nputa\n```",
        "pu\u00adta",
        "p\u200bu\u2060t\ufeffa",
        "pu\u3164ta",
        "p\U000e0020uta",
        "ｐｕｔａ",
        "PÚTA",
        "p\u0301uta",
        "so,puta!",
        "a line\nputa\nanother",
    ],
)
def test_markup_and_hidden_characters_hide_no_word(text):
    assert found(f"Before {text} after" if "\n" not in text else text, "puta") == ["puta"]


@pytest.mark.parametrize(
    "text",
    [
        "disputa",
        "computar",
        "**dis**puta",
        "pu ta",
        "pu\n\nta",
        "pu\nta",
        "- pu\n- ta",
        "&#112;uta",
        "pu<b>t</b>a",
        "reputada",
    ],
)
def test_a_part_of_a_word_is_no_whole_word(text):
    """What is shown as other words, with tags and entities as they were typed, is let pass."""
    assert found(text, "puta") == []


@pytest.mark.parametrize(
    "text", ["İSTANBUL", "istanbul", "ISTANBUL", "ıstanbul", "İstanbul", "i̇stanbul"]
)
@pytest.mark.parametrize("line", ["istanbul", "İSTANBUL", "Istanbul", "ıstanbul"])
def test_turkish_capitals_are_no_other_letters(text, line):
    assert found(f"In {text} now", line) == ["istanbul"]
    assert found(f"In {text}'da", f"{line[:4]}*") == ["ista"]


@pytest.mark.parametrize(
    ("line", "text", "holds"),
    [
        ("cañón", "un canon", False),
        ("ano", "este año", False),
        ("año", "este an\u0303o", True),
        ("camión", "camion", True),
        ("camion", "CAMIÓN", True),
        ("straße", "STRASSE", True),
        ("ﬁnal", "final", True),
        ("**spam**", "spammer", True),
        ("free *", "free money", True),
        ("ma* casino*", "ma  casinos", False),
        ("two words", "two\n**words**", True),
    ],
)
def test_both_sides_are_folded_alike(line, text, holds):
    assert bool(found(text, line)) is holds


def test_names_and_addresses_are_folded_too():
    assert found("Hello", "puta", name="_PUTA_") == ["puta"]
    assert found("Hello", "puta", name="p\u200bútá") == ["puta"]
    assert found("Hello", "bad.example", email="a@bad.example") == ["bad.example"]
    assert found("Hello", "", "  ", "*", "**") == []


def test_what_is_shown_of_html():
    html = render_markdown("**A** [b](https://c.example) `d`\n\ne & <f>")
    assert get_shown_text(html).split() == ["A", "b", "d", "e", "&", "<f>"]
    assert fold_text("i\u0307I\u0130ı") == "iiii"
    assert fold_letters("ÑANDÚ Çà") == "ñandu ca"
    assert get_word_list(("a",)) is get_word_list(("a",))
    assert not get_word_list(())


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["You _puta_", "You p**u**ta", "In İSTANBUL today"])
def test_a_comment_waits_by_form_rest_and_edit(client, talk, text):
    words = "puta\nistanbul\n"
    CommentSettings.objects.create(site=Site.objects.get(), rule=Rule.OPEN, blocked_words=words)
    assert state_of(ask_of(client, talk, text=text)) == "pending"
    open_one = ask_of(client, talk, text="Nothing of the kind")
    assert state_of(open_one) == "published"
    one = f"/feedback/api/v1/comments/{open_one.json()['id']}/"
    own = {"content_type": "application/json", "HTTP_SEC_FETCH_SITE": "same-origin"}
    edited = client.patch(one, {"text": text}, **own).json()
    assert (edited["html"], "edit" in edited) == ("<p>Nothing of the kind</p>", True)


@pytest.mark.slow
def test_a_long_comment_costs_little():
    """Twice the text at most triples the time, whatever it is made of."""
    lines = tuple(f"word{n} other*" for n in range(300))
    for unit in ("a ", "word1 ", "_", "*a", "<a ", "\u0301", "n\u0303"):
        times = []
        for size in (20_000, 40_000):
            text = (unit * size)[:size]
            started = process_time()
            for _ in range(3):
                get_word_list(lines).find(text)
            times.append(process_time() - started)
        assert times[1] < 3 * times[0] + 0.05, unit
