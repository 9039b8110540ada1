"""What is read of query strings, form posts and JSON."""

import pytest
from django.http import QueryDict

from cx_feedback.core.http.parameters import parse_number, parse_page_id, read_page_id

LARGEST = 2**31 - 1


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("0", 0), (str(LARGEST), LARGEST)])
def test_the_id_of_a_page(text, number):
    assert parse_page_id(text) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "9.5", "x", "²", "1" * 5000, str(LARGEST + 1), None, 1.0]
)
def test_what_is_no_id_of_a_page(text):
    assert parse_page_id(text) is None


def test_a_number_has_its_ends():
    assert [parse_number(n, 1, 3) for n in range(5)] == [None, 1, 2, 3, None]
    assert parse_number(True, 0, 3) is None


@pytest.mark.parametrize(
    ("form", "json", "number"),
    [("page=12", {"page": 12}, 12), ("", {}, None), ("page=", {"page": None}, None)],
)
def test_forms_and_json_name_their_page_alike(form, json, number):
    assert read_page_id(QueryDict(form)) == read_page_id(json) == number


@pytest.mark.parametrize("value", ["0", "-1", "x", "9.5", str(LARGEST + 1)])
def test_what_names_no_page_is_no_page(value):
    assert read_page_id(QueryDict(f"page={value}")) == 0
    for json in (value, 0, -1, 9.5, True, LARGEST + 1, "12", "", [12], {}):
        assert read_page_id({"page": json}) == 0
