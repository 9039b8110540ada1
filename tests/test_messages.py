"""The Spanish catalogues as they are stored: nothing empty or unsure, no placeholder lost."""

import re

import pytest

from tests.messages import FOLDERS, ROOT, catalogue

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def list_entries(folder):
    return [entry for entry in catalogue(folder) if not entry.obsolete]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: str(f.relative_to(ROOT)))
def test_each_message_has_a_translation_that_is_sure(folder):
    entries = list_entries(folder)
    assert len(entries) > 5
    assert [entry.msgid for entry in entries if not entry.translated()] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_translation_has_the_placeholders_of_its_message(folder):
    found = [
        entry.msgid
        for entry in list_entries(folder)
        if entry.msgstr and find_names(entry.msgstr) != find_names(entry.msgid)
    ]
    assert found == []


def find_names(text):
    return sorted(set(PLACEHOLDER.findall(text)))
