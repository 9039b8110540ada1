"""Numbers as people write them, rounded."""

from django.utils.formats import number_format
from django.utils.translation import pgettext


def format_decimal(value: float, places: int, *, grouped: bool = False) -> str:
    """Return ``value`` rounded to ``places`` decimals in the language of the moment.

    Django's ``number_format`` cuts off what it is not to show: 81.48 would be "81.4". Never
    "-0". ``grouped`` sets thousands apart.
    """
    rounded = round(value, places) + 0.0
    return str(number_format(rounded, places, use_l10n=True, force_grouping=grouped))


def format_percentage(number: object) -> str:
    """Return ``number`` with a percent sign: "95%", in Spanish after a no-break space."""
    return pgettext("number", "%(n)s%%") % {"n": number}
