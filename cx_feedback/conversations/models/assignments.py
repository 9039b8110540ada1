"""Rules by which new conversations are assigned, and the absences of accounts."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cx_feedback.conversations.models.conversation_filters import ConversationFilter


class AssignmentRule(ConversationFilter):
    """Assigns the new conversations that fit it. The first rule that fits counts.

    ``group`` is the one that takes turns. If the rule names an account or the author of the page,
    the group gets what these can't have because they are away or may not answer it.
    """

    class Target(models.TextChoices):
        ACCOUNT = "account", gettext_lazy("the account below")
        GROUP = "group", gettext_lazy("the group below, in turn")
        AUTHOR = "author", gettext_lazy("the author of the page")

    name = models.CharField(pgettext_lazy("conversation", "name"), max_length=80)
    order = models.PositiveSmallIntegerField(
        pgettext_lazy("conversation", "order"),
        default=100,
        help_text=gettext_lazy("Of the rules that fit a conversation, the smallest counts."),
    )
    active = models.BooleanField(pgettext_lazy("conversation", "active"), default=True)
    language = models.CharField(
        pgettext_lazy("conversation", "language"),
        max_length=12,
        blank=True,
        default="",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("conversation", "author of the page"),
        null=True,
        blank=True,
        # Without its author it would be a rule for all conversations.
        on_delete=models.CASCADE,
        related_name="+",
        help_text=gettext_lazy("The owner of the page in Wagtail."),
    )
    target = models.CharField(
        pgettext_lazy("conversation", "assign to"),
        max_length=8,
        choices=Target.choices,
        default=Target.ACCOUNT,
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("conversation", "account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    group = models.ForeignKey(
        Group,
        verbose_name=pgettext_lazy("conversation", "group"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=gettext_lazy(
            "Whoever has the fewest open conversations is next. With an account or the author, the "
            "group gets what these can't have, because they are away or may not answer it."
        ),
    )

    class Meta:
        verbose_name = pgettext_lazy("conversation", "assignment rule")
        verbose_name_plural = pgettext_lazy("conversation", "assignment rules")
        ordering: ClassVar[list[str]] = ["order", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(target="account") | Q(account=None), name="cx_assignment_account"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError for a rule that doesn't say to whom it assigns."""
        if self.target != self.Target.ACCOUNT:
            self.account = None
        elif self.account_id is None:
            raise ValidationError({"account": _("Choose the account.")})
        if self.target == self.Target.GROUP and self.group_id is None:
            raise ValidationError({"group": _("Choose the group.")})


class AssignmentTurn(models.Model):
    """The member of a group who was assigned a conversation last.

    Whoever assigns the next one locks the row, so that two at once see what each other did.
    """

    group = models.OneToOneField(
        Group, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    last_account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        default_permissions = ()
        verbose_name = pgettext_lazy("conversation", "turn of a group")
        verbose_name_plural = pgettext_lazy("conversation", "turns of groups")

    def __str__(self) -> str:
        return str(self.pk)


class Absence(models.Model):
    """Days on which an account is away, in the time zone of the site.

    No new conversation is assigned to it by itself then.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("conversation", "account"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    first_day = models.DateField(pgettext_lazy("absence", "from"))
    last_day = models.DateField(
        pgettext_lazy("absence", "until"), help_text=gettext_lazy("The last day away.")
    )

    class Meta:
        verbose_name = pgettext_lazy("conversation", "absence")
        verbose_name_plural = pgettext_lazy("conversation", "absences")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="cx_absence_days"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.first_day} – {self.last_day}"

    def clean(self) -> None:
        """Raise ValidationError for an absence that ends before it begins."""
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("This day is before the first one.")})
