"""What moderators decide, by which policy, who may, and who is banned."""

from typing import Any, ClassVar

import swapper
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models.comments import Comment, Rule, State

PAGE = swapper.get_model_name("wagtailcore", "Page")


class ModerationEvent(models.Model):
    """One decision on one comment; without a moderator, a policy's. Append-only but ``undone``."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="events")
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("comment", "moderator"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    from_state = models.CharField(
        pgettext_lazy("comment", "from"), max_length=12, choices=State.choices
    )
    to_state = models.CharField(
        pgettext_lazy("comment", "to"), max_length=12, choices=State.choices
    )
    action = models.CharField(
        pgettext_lazy("comment", "action"), max_length=12, blank=True, default=""
    )
    reason = models.CharField(
        pgettext_lazy("comment", "reason"), max_length=200, blank=True, default=""
    )
    #: What the scorers had found at the time.
    spam_findings = models.JSONField(default=list, blank=True)
    #: Decisions of one action share it, so that the action can be undone.
    batch = models.UUIDField(null=True, db_index=True, editable=False)
    #: Whether a later undo took it back.
    undone = models.BooleanField(pgettext_lazy("comment", "undone"), default=False)
    #: Seconds that the comment had waited; None when it did not wait or nobody decided.
    wait_seconds = models.PositiveBigIntegerField(
        pgettext_lazy("comment", "time waited"), null=True, editable=False
    )
    created_at = models.DateTimeField(pgettext_lazy("comment", "date"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("comment", "decision")
        verbose_name_plural = pgettext_lazy("comment", "decisions")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["created_at"], name="cx_decision_created_at")
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Policy(models.Model):
    """How comments are let in on a page and on all pages below it; the nearest page rules.

    What is empty is inherited: from the next policy above, at last from the site's setting.
    """

    page = models.OneToOneField(
        PAGE,
        verbose_name=pgettext_lazy("comment", "page"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    rule = models.CharField(
        pgettext_lazy("comment", "moderation"), max_length=12, choices=Rule.choices, blank=True
    )
    free_after = models.PositiveSmallIntegerField(
        pgettext_lazy("comment", "free after"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Approved comments a verified author needs before being published without review."
        ),
    )
    close_after = models.PositiveSmallIntegerField(
        pgettext_lazy("comment", "close after"),
        null=True,
        blank=True,
        help_text=_("Days after the page was first published; 0: never."),
    )

    class Meta:
        verbose_name = pgettext_lazy("comment", "comment policy")
        verbose_name_plural = pgettext_lazy("comment", "comment policies")

    def __str__(self) -> str:
        return str(self.page)


class Section(models.Model):
    """A group may moderate the comments of a page and of all pages below it.

    A group without any section moderates everywhere, if it has the right "Can moderate comments".
    A section whose page was deleted stays, so that its group does not come to do so.
    """

    group = models.ForeignKey(
        "auth.Group",
        verbose_name=pgettext_lazy("comment", "group"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    page = models.ForeignKey(
        PAGE,
        verbose_name=pgettext_lazy("comment", "page"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = pgettext_lazy("comment", "section of moderators")
        verbose_name_plural = pgettext_lazy("comment", "sections of moderators")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["group", "page"], name="cx_comment_section")
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.page or '–'}"


class BanQuerySet(models.QuerySet["Ban"]):
    """Questions about bans."""

    def active(self) -> "BanQuerySet":
        """Return those that hold at this moment."""
        now = timezone.now()
        return self.filter(Q(until__isnull=True) | Q(until__gt=now), lifted_at__isnull=True)


class Ban(models.Model):
    """Someone whose comments are refused, or kept unseen by all but themselves (shadow)."""

    class Kind(models.TextChoices):
        AUTHOR = "author", pgettext_lazy("comment", "Account or address")
        READER = "reader", pgettext_lazy("comment", "Browser")
        CLIENT = "client", pgettext_lazy("comment", "Network address")

    kind = models.CharField(pgettext_lazy("comment", "kind"), max_length=12, choices=Kind.choices)
    #: ``author_key``, the reader's id, or ``client_hash`` of the comment that it began with.
    key = models.CharField(max_length=32, editable=False)
    comment = models.ForeignKey(
        Comment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    shadow = models.BooleanField(
        pgettext_lazy("comment", "shadow ban"),
        default=False,
        help_text=_("Only the author sees the comments, and isn't told."),
    )
    reason = models.CharField(pgettext_lazy("comment", "reason"), max_length=200, blank=True)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("comment", "moderator"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(
        pgettext_lazy("comment", "since"), default=timezone.now, editable=False
    )
    until = models.DateTimeField(
        pgettext_lazy("comment", "until"),
        null=True,
        blank=True,
        help_text=pgettext_lazy("comment", "Empty: for good."),
    )
    lifted_at = models.DateTimeField(pgettext_lazy("comment", "lifted"), null=True, editable=False)
    #: Shared with the decision that it came with, so that the action can be undone.
    batch = models.UUIDField(null=True, db_index=True, editable=False)

    objects = BanQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("comment", "ban")
        default_permissions = ()
        verbose_name_plural = pgettext_lazy("comment", "bans")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["key", "kind"], condition=Q(lifted_at__isnull=True), name="cx_ban_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk or 0}"

    @property
    def is_active(self) -> bool:
        """Whether the ban is in force now."""
        return self.lifted_at is None and (self.until is None or self.until > timezone.now())
