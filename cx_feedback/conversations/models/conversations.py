"""Conversations, their tags and the log of what was done with them."""

from typing import Any, ClassVar

import swapper
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.readers.models import Reader

#: Characters of a subject, a name and the key of a matter.
SUBJECT_LENGTH, NAME_LENGTH, MATTER_LENGTH = 150, 80, 80


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Filters for conversations."""

    def open(self) -> "ConversationQuerySet":
        """Return the conversations that are neither closed nor set aside."""
        return self.exclude(state__in=[Conversation.State.CLOSED, Conversation.State.SPAM])


class Conversation(models.Model):
    """The messages between a reader and the editors about one matter.

    ``matter`` names what it is about, for example "letter:12" for letters about page 12. A reader
    has one open conversation about a matter, which later letters about it join.

    ``version`` grows by one with every change. A decision carries the version that was seen.
    """

    class Kind(models.TextChoices):
        LETTER = "letter", pgettext_lazy("conversation", "Letter")
        DETRACTOR = "detractor", pgettext_lazy("conversation", "Low score")
        ANSWER = "answer", pgettext_lazy("conversation", "Answer")
        COMMENT = "comment", pgettext_lazy("conversation", "Comment")

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("conversation", "New")
        OPEN = "open", pgettext_lazy("conversation", "Open")
        WAITING = "waiting", pgettext_lazy("conversation", "Waiting for the reader")
        SNOOZED = "snoozed", pgettext_lazy("conversation", "Snoozed")
        CLOSED = "closed", pgettext_lazy("conversation", "Closed")
        SPAM = "spam", pgettext_lazy("conversation", "Set aside as spam")

    class Outcome(models.TextChoices):
        SOLVED = "solved", pgettext_lazy("conversation", "Solved")
        ANSWERED = "answered", pgettext_lazy("conversation", "Answered")
        NO_ANSWER_NEEDED = "no_answer_needed", pgettext_lazy("conversation", "No answer needed")
        BY_READER = "by_reader", pgettext_lazy("conversation", "Closed by the reader")
        SPAM = "spam", pgettext_lazy("conversation", "Spam")
        MERGED = "merged", pgettext_lazy("conversation", "Merged with another")

    reader = models.ForeignKey(
        Reader,
        verbose_name=pgettext_lazy("conversation", "reader"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    kind = models.CharField(
        pgettext_lazy("conversation", "kind"), max_length=10, choices=Kind.choices
    )
    matter = models.CharField(max_length=MATTER_LENGTH, editable=False)
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=pgettext_lazy("conversation", "page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    #: Whether the reader writes to the author of the page.
    to_author = models.BooleanField(
        pgettext_lazy("conversation", "to the author"), default=False, editable=False
    )
    subject = models.CharField(
        pgettext_lazy("conversation", "subject"), max_length=SUBJECT_LENGTH, blank=True, default=""
    )
    #: The name and the address that the reader typed. ``verified`` says whether the address was
    #: proved; before that nothing but the question whether it is theirs is mailed to it.
    name = models.CharField(
        pgettext_lazy("conversation", "name"), max_length=NAME_LENGTH, blank=True, default=""
    )
    email = models.EmailField(pgettext_lazy("conversation", "email"), blank=True, default="")
    verified = models.BooleanField(
        pgettext_lazy("conversation", "address verified"), default=False, editable=False
    )
    language = models.CharField(
        pgettext_lazy("conversation", "language"), max_length=12, blank=True, default=""
    )
    state = models.CharField(
        pgettext_lazy("conversation", "state"),
        max_length=8,
        choices=State.choices,
        default=State.NEW,
    )
    outcome = models.CharField(
        pgettext_lazy("conversation", "outcome"),
        max_length=16,
        choices=Outcome.choices,
        blank=True,
        default="",
    )
    #: The conversation that its messages were moved to.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("conversation", "assigned to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    #: Name, address, subject and messages as editors search them (``core.text.search_folding``).
    search_text = models.TextField(blank=True, default="", editable=False)
    created_at = models.DateTimeField(
        pgettext_lazy("conversation", "begun"), default=timezone.now, editable=False
    )
    last_message_at = models.DateTimeField(
        pgettext_lazy("conversation", "last message"), default=timezone.now, editable=False
    )
    #: Since when the reader waits for the editors, None while the editors wait for the reader and
    #: when it is closed.
    waiting_since = models.DateTimeField(null=True, editable=False)
    #: When the next answer is due; None where nobody waits or nothing was promised.
    due_at = models.DateTimeField(pgettext_lazy("conversation", "due"), null=True, editable=False)
    #: When half of the promised time is left.
    urgent_at = models.DateTimeField(null=True, editable=False)
    #: Whether it was drawn by lot to come later in the inbox; None without an experiment.
    comes_later = models.BooleanField(null=True, editable=False)
    first_answer_at = models.DateTimeField(
        pgettext_lazy("conversation", "first answer"), null=True, editable=False
    )
    closed_at = models.DateTimeField(
        pgettext_lazy("conversation", "closed at"), null=True, editable=False
    )
    snoozed_until = models.DateTimeField(
        pgettext_lazy("conversation", "snoozed until"), null=True, editable=False
    )
    #: How easy it was to get an answer, from 1 to 7 (CES).
    rating = models.PositiveSmallIntegerField(
        pgettext_lazy("conversation", "rating"), null=True, editable=False
    )
    rated_at = models.DateTimeField(null=True, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("conversation", "conversation")
        verbose_name_plural = pgettext_lazy("conversation", "conversations")
        # Nobody adds or deletes them by hand; whoever may answer may do all that is done with them.
        default_permissions = ()
        permissions: ClassVar[list[Any]] = [
            (
                "answer_conversation",
                pgettext_lazy("conversation", "Can read and answer conversations with readers"),
            )
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["reader", "matter"],
                condition=~Q(state__in=["closed", "spam"]),
                name="cx_conversation_once",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True, outcome="")),
                name="cx_conversation_closed",
            ),
            models.CheckConstraint(
                condition=Q(state="snoozed", snoozed_until__isnull=False)
                | (~Q(state="snoozed") & Q(snoozed_until__isnull=True)),
                name="cx_conversation_snoozed",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=7),
                name="cx_conversation_rating",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "last_message_at"], name="cx_conversation_state"),
            # What the tabs of the inbox count, without a look at the rows.
            models.Index(
                fields=["assignee", "last_message_at"],
                condition=Q(state__in=["new", "open"]),
                name="cx_conversation_mine",
            ),
            models.Index(fields=["page", "state"], name="cx_conversation_page_state"),
            models.Index(
                fields=["due_at", "state"],
                condition=Q(due_at__isnull=False),
                name="cx_conversation_due",
            ),
            models.Index(
                fields=["snoozed_until"],
                condition=Q(state="snoozed"),
                name="cx_conversation_wakes",
            ),
            models.Index(fields=["email"], condition=~Q(email=""), name="cx_conversation_email"),
        ]

    def __str__(self) -> str:
        # No words, because audit logs are kept after an erasure.
        return f"{self._meta.verbose_name} {self.pk or 0}"


class ConversationSection(models.Model):
    """The permission of a group to answer conversations about a page and all pages below it.

    A group without sections answers everywhere if it has the permission to answer. A section is
    kept when its page is deleted, so that its group doesn't gain that permission.
    """

    group = models.ForeignKey(
        "auth.Group",
        verbose_name=pgettext_lazy("conversation", "group"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=pgettext_lazy("conversation", "page"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = pgettext_lazy("conversation", "section of editors")
        verbose_name_plural = pgettext_lazy("conversation", "sections of editors")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["group", "page"], name="cx_conversation_section")
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.page or '–'}"


class ConversationTag(models.Model):
    """A tag of a conversation. The tags to choose from are the different names of these rows."""

    LONGEST = 40

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="tags", db_index=False
    )
    name = models.CharField(pgettext_lazy("conversation", "tag"), max_length=LONGEST)

    class Meta:
        verbose_name = pgettext_lazy("conversation", "tag of a conversation")
        verbose_name_plural = pgettext_lazy("conversation", "tags of conversations")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("conversation", Lower("name"), name="cx_conversation_tag_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["name"], name="cx_conversation_tag_name")
        ]

    def __str__(self) -> str:
        return self.name


class ConversationEvent(models.Model):
    """Something that was done with a conversation, by whom, and the version that it made."""

    class Action(models.TextChoices):
        BEGIN = "begin", pgettext_lazy("conversation", "begun")
        JOIN = "join", pgettext_lazy("conversation", "written to again")
        ANSWER = "answer", pgettext_lazy("conversation", "answered")
        NOTE = "note", pgettext_lazy("conversation", "note written")
        ASSIGN = "assign", pgettext_lazy("conversation", "assigned")
        SNOOZE = "snooze", pgettext_lazy("conversation", "snoozed")
        WAKE = "wake", pgettext_lazy("conversation", "taken up again")
        CLOSE = "close", pgettext_lazy("conversation", "closed")
        REOPEN = "reopen", pgettext_lazy("conversation", "opened again")
        MERGE = "merge", pgettext_lazy("conversation", "merged")
        ACCEPT = "accept", pgettext_lazy("conversation", "taken out of the spam")
        TAG = "tag", pgettext_lazy("conversation", "tags changed")
        RATE = "rate", pgettext_lazy("conversation", "rated")
        REMOVE = "remove", pgettext_lazy("conversation", "comment removed")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    action = models.CharField(max_length=8, choices=Action.choices)
    #: The editor, None for the reader and for what is done by itself.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField()
    #: Ids and plain values, no words of the reader.
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("conversation", "event of a conversation")
        verbose_name_plural = pgettext_lazy("conversation", "events of conversations")
        default_permissions = ()
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["conversation", "version"], name="cx_conversation_event")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.created_at:%Y-%m-%d %H:%M}"
