"""The editors' guide: each label that it names is one of the admin, in the language of the page."""

import re
from functools import cache
from pathlib import Path

import polib
import pytest
import wagtail

from tests.messages import ROOT

GUIDE = ROOT / "docs/editors"
PAGES = sorted(path for path in GUIDE.rglob("*.md") if path.stem != "index")
LABEL = re.compile(r"\*\*(.+?)\*\*")
#: What a label says in place of a number or a name.
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\d+|…")
#: Bold, and no label: how the screens write that nothing was measured.
NO_LABELS = {"–"}


def normalize(label: str) -> str:
    """Return a label without what differs between a screen and a sentence about it."""
    return _PLACEHOLDER.sub("#", label).strip(" :.").casefold()


@cache
def read_labels(language: str) -> set[str]:
    """Return the labels of this package and of Wagtail's admin."""
    found: set[str] = set()
    folders = [*ROOT.glob("cx_feedback/*"), Path(wagtail.__file__).parent / "admin"]
    for path in (folder / "locale/es/LC_MESSAGES/django.po" for folder in folders):
        if not path.exists():
            continue
        for entry in polib.pofile(path):
            english = [entry.msgid, entry.msgid_plural]
            spanish = [entry.msgstr, *entry.msgstr_plural.values()]
            for label in english if language == "en" else spanish:
                found |= {normalize(label), normalize(re.split(r" \(|:", label)[0])}
    return found - {""}


def find_labels(text: str) -> list[str]:
    """Return the labels of a page; of a path through the menus each part."""
    return [part for label in LABEL.findall(text) for part in label.split(", ")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_labels_are_those_of_the_admin(path):
    text, labels = path.read_text(encoding="utf-8"), read_labels(path.parent.name)
    named = set(find_labels(text)) - NO_LABELS
    assert {each for each in named if normalize(each) not in labels} == set()


@pytest.mark.parametrize("language", ["en", "es"])
def test_pictures_are_shown_and_small(language):
    folder = GUIDE / language
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.md"))
    pictures = {path.name: path.stat().st_size for path in folder.glob("pictures/*.png")}
    assert set(re.findall(r"\(pictures/([\w-]+\.png)\)", text)) == set(pictures)
    assert max(pictures.values()) <= 60_000


def test_both_languages_have_the_same_pages():
    first, second = ([p for p in PAGES if p.parent.name == name] for name in ("en", "es"))
    assert len(first) == len(second) > 0
