"""Accounts that internal notes mention, and whether they get a mail for it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from cx_feedback.conversations.models.messages import ConversationMessage


class Mention(models.Model):
    """An account that an internal note names as ``@username``, once for each note."""

    message = models.ForeignKey(
        ConversationMessage, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        verbose_name = pgettext_lazy("conversation", "mention")
        verbose_name_plural = pgettext_lazy("conversation", "mentions")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["message", "account"], name="cx_mention_of_account")
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.account_id}"


class MentionPreference(models.Model):
    """The choice of an account to get no mails for mentions; one without a row gets them."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    by_mail = models.BooleanField(
        pgettext_lazy("conversation", "mentions in conversations"),
        default=True,
        help_text=gettext_lazy(
            "Receive a mail when an internal note about a conversation mentions you"
        ),
    )

    class Meta:
        default_permissions = ()
        verbose_name = pgettext_lazy("conversation", "mails for mentions")
        verbose_name_plural = pgettext_lazy("conversation", "mails for mentions")

    def __str__(self) -> str:
        return f"{self.account_id}: {self.by_mail}"
