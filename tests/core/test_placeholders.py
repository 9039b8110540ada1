"""Placeholders in saved texts."""

import pytest
from django.core.exceptions import ValidationError

from cx_feedback.core.text.placeholders import fill_placeholders, validate_placeholders


def test_known_ones_are_filled_and_other_braces_stay():
    values = {"name": "Ana {page}", "page": "News"}
    text = "{name}, { page }: {link} {} {a\nb}"
    assert fill_placeholders(text, values) == "Ana {page}, News: {link} {} {a\nb}"


def test_unknown_ones_are_named_once_with_those_that_there_are():
    validate_placeholders("{page}, { page } {}", ["page"])
    with pytest.raises(ValidationError) as raised:
        validate_placeholders("{pages} {page} {x} {pages}", ["page", "site"])
    assert raised.value.messages == ["Unknown placeholder: {pages}, {x}. Use {page}, {site}."]
