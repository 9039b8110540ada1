"""The texts of consent and objection, which are stored with each choice."""

import hashlib

from django.utils.translation import gettext as _


def get_wording_version(wording: str) -> str:
    """Return the version of a consent text: 12 hexadecimal digits of its hash."""
    return hashlib.sha256(wording.encode()).hexdigest()[:12]


def get_visits_wording() -> str:
    """Return the text of the consent to counting visits."""
    return _(
        "Remember the days I visit this site, to estimate whether I will come back and, if I "
        "subscribe, to write to me when I stay away."
    )


def get_objection_wording() -> str:
    """Return the text of the objection to scoring."""
    return _("Estimate nothing about me, and delete the days of my visits")
