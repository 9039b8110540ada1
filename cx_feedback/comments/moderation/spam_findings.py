"""Descriptions of spam scorers and of the classifier for moderators."""

from typing import Any

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cx_feedback.comments.models import SpamModel
from cx_feedback.comments.spam import training
from cx_feedback.comments.spam.registry import get_scorers

#: Labels of our scorers. A site's own scorers are shown by name.
SCORER_LABELS = {
    "akismet": "Akismet",
    "burst": _("A flood on the site"),
    "learned": _("Text of earlier spam"),
    "links": pgettext_lazy("comment", "Links"),
    "rate": _("Many from one address"),
    "record": pgettext_lazy("comment", "The author's record"),
    "repeats": pgettext_lazy("comment", "Repeated text"),
    "shadow": pgettext_lazy("comment", "Shadow ban"),
    "timing": pgettext_lazy("comment", "Time to write"),
    "trap": pgettext_lazy("comment", "Hidden field"),
    "words": pgettext_lazy("comment", "Blocked words"),
}


def get_scorer_choices() -> list[tuple[str, Any]]:
    """Return the scorers as choices of a filter."""
    return [(name, SCORER_LABELS.get(name, name)) for name in get_scorers()]


def describe_classifier() -> str:
    """Return a description of the classifier's training and powers, with one query."""
    learnt = SpamModel.objects.only("spam", "good", "decisions").first()
    if learnt is None:
        return gettext(
            "The spam classifier has learnt nothing yet: it begins the night after %(fewest)d "
            "comments were marked as spam and %(fewest)d approved."
        ) % {"fewest": training.MIN_DECISIONS}
    said = gettext("The spam classifier learnt from %(spam)d spam and %(good)d good comments.")
    if training.is_young(learnt.decisions):
        may = ngettext(
            "Moderators have decided on %(n)d comment here: below %(sure)d it can only make "
            "comments wait, it puts none aside by itself.",
            "Moderators have decided on %(n)d comments here: below %(sure)d it can only make "
            "comments wait, it puts none aside by itself.",
            learnt.decisions,
        )
    else:
        may = ngettext(
            "Moderators have decided on %(n)d comment here: from %(sure)d on it may put comments "
            "aside by itself.",
            "Moderators have decided on %(n)d comments here: from %(sure)d on it may put comments "
            "aside by itself.",
            learnt.decisions,
        )
    numbers = {"spam": learnt.spam, "good": learnt.good}
    return f"{said % numbers} {may % {'n': learnt.decisions, 'sure': training.TRUSTED_FROM}}"
