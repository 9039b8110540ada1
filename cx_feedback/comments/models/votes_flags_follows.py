"""Votes, flags and follows of readers."""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models.comments import Comment, Thread


class Vote(models.Model):
    """One reader's vote on one comment. A vote for it can be a named reaction."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="votes")
    reader = models.ForeignKey(
        "cx_feedback_readers.Reader", on_delete=models.CASCADE, related_name="+"
    )
    value = models.SmallIntegerField(
        pgettext_lazy("comment", "vote"), choices=[(1, "+1"), (-1, "-1")]
    )
    #: A key of ``reactions.REACTIONS``, "" for a plain vote, which counts as ``LIKE``.
    reaction = models.CharField(
        pgettext_lazy("comment", "reaction"), max_length=12, blank=True, default=""
    )
    #: False for a vote under a shadow ban: only its reader sees it among the counts.
    counted = models.BooleanField(default=True, editable=False)
    #: The ban because of which it isn't counted (see ``services.uncounted_votes``).
    ban = models.ForeignKey(
        "Ban",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        editable=False,
    )
    created_at = models.DateTimeField(pgettext_lazy("comment", "date"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("comment", "vote")
        verbose_name_plural = pgettext_lazy("comment", "votes")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["comment", "reader"], name="cx_vote_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], condition=Q(counted=False), name="cx_vote_uncounted")
        ]

    def __str__(self) -> str:
        return f"{self.value:+d}"


class Flag(models.Model):
    """A reader's report of a comment."""

    class Reason(models.TextChoices):
        SPAM = "spam", pgettext_lazy("comment", "Spam or advertising")
        ABUSE = "abuse", pgettext_lazy("comment", "Insults or hate")
        FALSE = "false", pgettext_lazy("comment", "False claims")
        PRIVATE = "private", pgettext_lazy("comment", "Somebody's private details")
        OFF_TOPIC = "off_topic", _("Not about the article")
        OTHER = "other", pgettext_lazy("comment", "Something else")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("comment", "Open")
        UPHELD = "upheld", pgettext_lazy("comment", "Accepted")
        DISMISSED = "dismissed", pgettext_lazy("comment", "Dismissed")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="complaints")
    reader = models.ForeignKey(
        "cx_feedback_readers.Reader", on_delete=models.CASCADE, related_name="+"
    )
    reason = models.CharField(
        pgettext_lazy("comment", "reason"), max_length=12, choices=Reason.choices
    )
    text = models.CharField(_("explanation by the reader"), max_length=500, blank=True)
    state = models.CharField(
        pgettext_lazy("comment", "state"), max_length=12, choices=State.choices, default=State.OPEN
    )
    #: The batch of the decision that settled the flag, so that the action can be undone.
    batch = models.UUIDField(null=True, db_index=True, editable=False)
    created_at = models.DateTimeField(pgettext_lazy("comment", "date"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("comment", "report")
        verbose_name_plural = pgettext_lazy("comment", "reports")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["comment", "reader"], name="cx_flag_once")
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())


class Follow(models.Model):
    """A request for emails about new comments in a thread, or about replies to one comment.

    No notification is sent before ``confirmed_at``. One click ends it.
    """

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="follows")
    #: Only replies to this comment; the whole thread if empty.
    comment = models.ForeignKey(
        Comment, null=True, blank=True, on_delete=models.CASCADE, related_name="follows"
    )
    email = models.EmailField(pgettext_lazy("comment", "email"), max_length=254)
    reader = models.ForeignKey(
        "cx_feedback_readers.Reader", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(pgettext_lazy("comment", "language"), max_length=12, blank=True)
    asked_at = models.DateTimeField(pgettext_lazy("comment", "asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(pgettext_lazy("comment", "confirmed"), null=True)
    ended_at = models.DateTimeField(pgettext_lazy("comment", "ended"), null=True)
    #: Earlier confirmed requests, as lists of the times asked, confirmed and ended.
    earlier_requests = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("comment", "follower")
        verbose_name_plural = pgettext_lazy("comment", "followers")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["thread", "email"],
                condition=Q(comment__isnull=True),
                name="cx_follow_thread",
            ),
            models.UniqueConstraint(
                fields=["comment", "email"],
                condition=Q(comment__isnull=False),
                name="cx_follow_comment",
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["email"], name="cx_follow_email")]

    def __str__(self) -> str:
        # No address, because audit logs are kept after an erasure.
        return f"{self._meta.verbose_name} {self.pk or 0}"

    def request_again(self, at: datetime.datetime) -> None:
        """Start a new request at ``at``, keeping the record of an earlier confirmation."""
        if self.confirmed_at is not None:
            moments = (self.asked_at, self.confirmed_at, self.ended_at)
            self.earlier_requests = [
                *self.earlier_requests,
                [one and one.isoformat() for one in moments],
            ]
        self.asked_at, self.confirmed_at, self.ended_at = at, None, None

    def restore_earlier(self) -> None:
        """Replace an unconfirmed request by the earlier, ended one."""
        *self.earlier_requests, last = self.earlier_requests
        moments = [one and datetime.datetime.fromisoformat(one) for one in last]
        self.asked_at, self.confirmed_at, self.ended_at = moments
