"""Text in one form, whatever it is made of."""

import unicodedata

import pytest

from cx_feedback.core.text.text_folding import MOST_MARKS, normalize_text


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize(
    "text", ["", "plain", "Mun\u0303oz", "\u1ea5\u0323", "\ufb01n", "한국어", "🙂" * 40, "…“”" * 20]
)
def test_text_of_people_is_normalized_as_unicode_says(form, text):
    assert normalize_text(form, text) == unicodedata.normalize(form, text)


def test_marks_in_a_row_are_cut():
    text = "a" + "\u0315\u0301\u0316\u0327" * 100 + "b" + "\u0301"
    made = normalize_text("NFD", text)
    assert sum(map(bool, map(unicodedata.combining, made))) == MOST_MARKS + 1
    assert made[0] == "a"
    assert made[-2:] == "b\u0301"
