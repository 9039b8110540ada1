"""What the scorers of spam found, in words for moderators."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cx_feedback.comments.spam.registry import scorers

#: The names of our scorers in a few words; a site's own go by their name.
LABELS = {
    "akismet": "Akismet",
    "burst": _("A flood on the site"),
    "learned": _("Words of earlier spam"),
    "links": _("Links"),
    "rate": _("Many from one address"),
    "record": _("The author's record"),
    "repeats": _("Repeated text"),
    "shadow": _("Shadow ban"),
    "timing": _("Time to write"),
    "trap": _("Hidden field"),
    "words": _("Blocked words"),
}


def choices() -> list[tuple[str, Any]]:
    """Return the scorers to filter by."""
    return [(name, LABELS.get(name, name)) for name in scorers()]
