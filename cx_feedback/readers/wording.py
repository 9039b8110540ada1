"""The words by which readers agree; what was shown is kept with each consent."""

from django.utils.translation import gettext as _


def visits_wording() -> str:
    """Return the words by which a reader agrees to visits being counted."""
    return _("Remember on which days I come back to this site.")
