"""Moderation: recorded decisions, policies of pages, sections of moderators and bans."""

from typing import Any, ClassVar

import swapper
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models.comments import Comment
from cx_feedback.comments.models.states import Rule, State

PAGE = swapper.get_model_name("wagtailcore", "Page")
#: The actions by which a moderator refuses an author's edit of a published comment, and replaces
#: the text of a comment. Authors' own edits have no batch.
REFUSE_EDIT, EDIT = "refuse_edit", "edit"
#: Actions about one text of a comment: the comment as a whole stays where it is.
TEXT_DECISIONS = (REFUSE_EDIT, EDIT)


class ModerationEvent(models.Model):
    """One decision on one comment, by a moderator or by a rule. Only ``undone`` ever changes."""

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
    #: The number of the revision that was decided on, and of the one that was shown before, which
    #: is None for actions that leave the text as it is, such as bans.
    revision = models.PositiveIntegerField(null=True, editable=False)
    revision_before = models.PositiveIntegerField(null=True, editable=False)
    #: The findings of the scorers at the time.
    spam_findings = models.JSONField(default=list, blank=True)
    #: Shared by the decisions of one action, so that the action can be undone.
    batch = models.UUIDField(null=True, db_index=True, editable=False)
    #: Whether the decision has been undone.
    undone = models.BooleanField(pgettext_lazy("comment", "undone"), default=False)
    #: Seconds that the comment had waited, None if it did not wait or no moderator decided.
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
    """The rules for comments on a page and all pages below it. The nearest policy applies.

    Empty fields are inherited from the next policy above, and finally from the site's settings.
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
    """The permission of a group to moderate comments on a page and all pages below it.

    A group without sections moderates everywhere if it has the permission "Can moderate comments".
    A section is kept when its page is deleted, so that its group doesn't gain that permission.
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


#: Characters of a message to a banned author.
MESSAGE_LENGTH = 500


class BanQuerySet(models.QuerySet["Ban"]):
    """Filters for bans."""

    def active(self) -> "BanQuerySet":
        """Return the bans that are in force now."""
        now = timezone.now()
        return self.filter(Q(until__isnull=True) | Q(until__gt=now), lifted_at__isnull=True)


class Ban(models.Model):
    """A ban of an author. Under a shadow ban, only the author sees the comments.

    A ban with ``until`` is a suspension: it ends by itself.
    """

    class Kind(models.TextChoices):
        AUTHOR = "author", pgettext_lazy("comment", "Account or address")
        READER = "reader", pgettext_lazy("comment", "Browser")
        CLIENT = "client", pgettext_lazy("comment", "Network address")

    kind = models.CharField(pgettext_lazy("comment", "kind"), max_length=12, choices=Kind.choices)
    #: ``author_key``, reader ID or ``client_hash`` of the comment for which the ban was created.
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
    #: What the author is told when trying to comment; "" under a shadow ban.
    message = models.CharField(
        _("message to the author"), max_length=MESSAGE_LENGTH, blank=True, default=""
    )
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
    #: Shared with the decision that created the ban, so that the action can be undone.
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
        """True if the ban is in force now."""
        return self.lifted_at is None and (self.until is None or self.until > timezone.now())
