"""Descriptions of spam scorers, of the classifier and of its promise for moderators."""

from typing import Any

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cx_feedback.comments.models import CommentSettings
from cx_feedback.comments.moderation.queue_settings import get_queue_settings
from cx_feedback.comments.spam import learning_from_decisions
from cx_feedback.comments.spam.registry import get_scorers
from cx_feedback.core.text.number_format import format_decimal

#: Labels of our scorers. A site's own scorers are shown by name.
SCORER_LABELS = {
    "akismet": "Akismet",
    "burst": _("A flood on the site"),
    "imitates": _("Name of the staff"),
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


def get_promises() -> list[int]:
    """Return the promises of all sites, the strictest first; a site without settings has one."""
    found = {site.promise for site in get_queue_settings().sites}
    default = CommentSettings._meta.get_field("spam_promise").default
    return sorted(found, reverse=True) or [default]


def describe_promise() -> str:
    """Return whether suspected spam waits or is put aside, usually without a query."""
    accuracy = learning_from_decisions.get_accuracy()
    if accuracy is None:
        return gettext(
            "Suspected spam waits, last in the queue: the shipped spam model is damaged. "
            "Reinstall the package."
        )
    promise = get_promises()[0]
    if not accuracy.borders:
        return gettext(
            "Suspected spam waits, last in the queue. Counting begins the night after %(fewest)d "
            "comments were marked as spam and %(fewest)d approved."
        ) % {"fewest": learning_from_decisions.MIN_DECISIONS}
    missing = accuracy.count_missing(promise)
    shown = format_decimal(promise, 0, grouped=True)
    if not missing:
        return gettext(
            "Suspected spam is put aside by itself: your decisions prove that at most 1 honest "
            "comment in %(promise)s goes to the spam."
        ) % {"promise": shown}
    return ngettext(
        "Suspected spam waits, last in the queue: about %(n)s more approved comment without a "
        "mistake proves that at most 1 honest comment in %(promise)s would go to the spam.",
        "Suspected spam waits, last in the queue: about %(n)s more approved comments without a "
        "mistake prove that at most 1 honest comment in %(promise)s would go to the spam.",
        missing,
    ) % {"n": format_decimal(missing, 0, grouped=True), "promise": shown}
