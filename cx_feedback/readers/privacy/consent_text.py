"""The words by which readers agree or object; what was shown is kept with each choice."""

from django.utils.translation import gettext as _


def get_visits_wording() -> str:
    """Return the words by which a reader agrees to visits being counted."""
    return _(
        "Remember the days I visit this site, to estimate whether I will come back and, if I "
        "subscribe, to write to me when I stay away."
    )


def get_objection_wording() -> str:
    """Return the words by which a reader objects to being scored."""
    return _("Estimate nothing about me, and delete the days of my visits")
