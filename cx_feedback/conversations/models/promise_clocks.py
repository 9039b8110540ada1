"""The clocks of conversations: what was promised to their readers, and how it went."""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from cx_feedback.conversations.models.conversations import Conversation
from cx_feedback.conversations.models.promises import Promise


class PromiseClock(models.Model):
    """Counts the working time of something promised: an answer, or the end of a conversation.

    It runs while the reader waits and stands while the reader is waited for. ``used`` is what was
    counted until it stood last, so that it goes on from there.
    """

    class Goal(models.TextChoices):
        FIRST = "first", pgettext_lazy("conversation", "First answer")
        NEXT = "next", pgettext_lazy("conversation", "Further answer")
        CLOSING = "closing", pgettext_lazy("conversation", "Closing")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="clocks", db_index=False
    )
    goal = models.CharField(max_length=7, choices=Goal.choices)
    promise = models.ForeignKey(Promise, null=True, on_delete=models.SET_NULL, related_name="+")
    #: What is promised, in working minutes; None where nothing is.
    minutes = models.PositiveIntegerField(null=True)
    begun_at = models.DateTimeField()
    used = models.DurationField(default=datetime.timedelta)
    #: None while it stands, and once it is done.
    running_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    #: When half of the promised time is left.
    urgent_at = models.DateTimeField(null=True)
    #: When a mail goes out; None where none is due, or it went out.
    remind_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Whether it was done within the time; None before, and where nothing was promised.
    on_time = models.BooleanField(null=True)
    #: Of the calendars and promises that its due time was worked out with.
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        verbose_name = pgettext_lazy("conversation", "clock of a promise")
        verbose_name_plural = pgettext_lazy("conversation", "clocks of promises")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["conversation", "goal"],
                condition=Q(done_at=None),
                name="cx_clock_open_once",
            ),
            models.UniqueConstraint(
                fields=["conversation", "goal"],
                condition=~Q(goal="next"),
                name="cx_clock_goal_once",
            ),
            models.CheckConstraint(
                condition=Q(running_since__isnull=False)
                | Q(due_at=None, remind_at=None, escalate_at=None),
                name="cx_clock_stands",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, on_time=None)
                | Q(done_at__isnull=False, running_since=None),
                name="cx_clock_done",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["conversation"], name="cx_clock_conversation"),
            models.Index(
                fields=["version", "conversation"],
                condition=Q(done_at=None),
                name="cx_clock_version",
            ),
            models.Index(
                fields=["remind_at"], condition=Q(remind_at__isnull=False), name="cx_clock_remind"
            ),
            models.Index(
                fields=["escalate_at"],
                condition=Q(escalate_at__isnull=False),
                name="cx_clock_escalate",
            ),
            models.Index(fields=["begun_at"], name="cx_clock_begun"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.goal}"

    @property
    def sent_steps(self) -> set[str]:
        """The steps of the mails that went out about it."""
        return {notice.step for notice in self.notices.all()} if self.pk else set()


class PromiseNotice(models.Model):
    """A mail to editors before or after a promised time, once for each clock."""

    class Step(models.TextChoices):
        REMINDER = "reminder", pgettext_lazy("conversation", "Reminder")
        ESCALATION = "escalation", pgettext_lazy("conversation", "Escalation")

    clock = models.ForeignKey(
        PromiseClock, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    step = models.CharField(max_length=10, choices=Step.choices)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        verbose_name = pgettext_lazy("conversation", "mail about a promise")
        verbose_name_plural = pgettext_lazy("conversation", "mails about promises")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["clock", "step"], name="cx_promise_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.step}"
