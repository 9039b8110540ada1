"""Rounded numbers in the active language."""

from django.utils.formats import number_format
from django.utils.translation import pgettext


def format_decimal(value: float, places: int, *, grouped: bool = False) -> str:
    """Return ``value`` rounded to ``places`` decimals in the active language, never "-0".

    Django's ``number_format`` truncates instead: 81.48 would be "81.4". ``grouped`` adds thousands
    separators.
    """
    rounded = round(value, places) + 0.0
    return str(number_format(rounded, places, use_l10n=True, force_grouping=grouped))


def format_percentage(number: object) -> str:
    """Return ``number`` with a percent sign: "95%", in Spanish after a no-break space."""
    return pgettext("number", "%(n)s%%") % {"n": number}
