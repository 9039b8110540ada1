"""The states of comments, the rules of pages and the formats of texts."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """The state of a comment. Readers see published comments and their own waiting ones."""

    #: Waits until the author has verified the address. Moderators don't see it before.
    AWAITING = "awaiting", pgettext_lazy("comment", "Awaiting email")
    PENDING = "pending", pgettext_lazy("comment", "Waiting")
    PUBLISHED = "published", pgettext_lazy("comment", "Published")
    REJECTED = "rejected", pgettext_lazy("comment", "Rejected")
    SPAM = "spam", pgettext_lazy("comment", "Spam")
    HIDDEN = "hidden", pgettext_lazy("comment", "Hidden")
    #: Deleted by its author: the place stays, the text is gone.
    TOMBSTONE = "tombstone", pgettext_lazy("comment", "Deleted by author")
    ERASED = "erased", pgettext_lazy("comment", "Erased")


#: States in which authors can edit or delete their comments. They include spam, because authors
#: of spam or under a shadow ban aren't told (see ``Comment.public_state``).
CHANGEABLE_STATES = (State.AWAITING, State.PENDING, State.PUBLISHED, State.SPAM)


#: Characters of an author's name.
NAME_LENGTH = 80


class Rule(models.TextChoices):
    """The rule by which new comments are published."""

    CLOSED = "closed", _("Closed: nobody can comment")
    ALL = "all", _("Review every comment before publishing")
    FIRST = "first", _("Review each author's first comment")
    TRUSTED = "trusted", _("Publish without review after some approved comments")
    OPEN = "open", _("Publish immediately and review later")


class Markup(models.TextChoices):
    """The format of the raw text of a comment."""

    #: Markdown with the rules of ``markdown_renderer``: what readers type here.
    TEXT = "text", "Text"
    #: HTML of other systems, for ``imported_html.render_html``.
    HTML = "html", "HTML"
