"""Sentences around a time: English ends "p.m." with a full stop of its own."""

import re
from pathlib import Path

import pytest

import cx_feedback

ROOT = Path(cx_feedback.__file__).parent
TEMPLATES = sorted(ROOT.glob("**/templates/**/*.html"))
#: A blocktranslate that fills in a time, and its words; one by ``moment`` ends with its zone.
BLOCK = re.compile(r"{% blocktranslate([^%]*)%}(.*?){% endblocktranslate %}", re.DOTALL)
TIME = re.compile(
    r"(\w+)=[\w.]+(?:\|date:[\"'](?:SHORT_)?DATETIME_FORMAT[\"']|_at\b(?!\|moment|\|date:))"
)


def doubled(html):
    """Return the sentences of ``html`` that end with a time and a full stop after it."""
    found = [
        words
        for names, words in BLOCK.findall(html)
        for name in TIME.findall(names)
        if re.search("{{ " + name + r" }}\.(?!\w)", words)
    ]
    return found + re.findall(r"DATETIME_FORMAT[\"'] *}}\.", html)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_ends_with_a_time_and_a_full_stop(path):
    assert doubled(path.read_text()) == []


def test_such_a_sentence_is_found():
    with_date = '{% blocktranslate with at=x.y|date:"SHORT_DATETIME_FORMAT" %}Until {{ at }}.'
    assert doubled(f"{with_date}{{% endblocktranslate %}}")
    assert doubled("{% blocktranslate with at=x.opens_at %}On {{ at }}.{% endblocktranslate %}")
    assert doubled("{{ x|date:'DATETIME_FORMAT' }}.")
    assert not doubled(f"{with_date}m. of them{{% endblocktranslate %}}")
