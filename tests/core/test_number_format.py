import pytest
from django.utils import translation

from cx_feedback.core.text.number_format import format_decimal


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [(81.48, 1, "81,5"), (5.26, 1, "5,3"), (-0.04, 1, "0,0"), (12345.6, 0, "12346"), (3, 1, "3,0")],
)
def test_numbers_are_rounded_not_cut_off(value, places, shown):
    with translation.override("es"):
        assert format_decimal(value, places) == shown


def test_thousands_are_set_apart_where_asked():
    with translation.override("en"):
        assert format_decimal(12345.6, 0, grouped=True) == "12,346"
