"""Tokens of programs. Their secrets are not stored."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import pgettext, pgettext_lazy

from cx_feedback.core.permissions import get_token_scopes
from cx_feedback.core.rooms.titles import get_names


class Token(models.Model):
    """Permission of a program to act in the name of the account that made its token.

    It may never do more than the account: what is taken from the account is taken from its tokens.
    """

    name = models.CharField(pgettext_lazy("token", "name"), max_length=80)
    #: The part of the token that is shown in lists, and by which it is found.
    prefix = models.CharField(
        pgettext_lazy("token", "begins with"), max_length=16, unique=True, editable=False
    )
    #: A keyed hash of the rest.
    digest = models.CharField(max_length=64, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("token", "account"),
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
    )
    #: Names of permissions, "<app label>.<codename>".
    scopes = models.JSONField(pgettext_lazy("token", "scopes"), default=list, editable=False)
    #: Page ids; empty for the whole site. A deleted page widens nothing.
    sections = models.JSONField(pgettext_lazy("token", "sections"), default=list, editable=False)
    rate = models.CharField(pgettext_lazy("token", "rate"), max_length=16, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(pgettext_lazy("token", "expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(
        pgettext_lazy("token", "last used"), null=True, editable=False
    )
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("token", "token")
        verbose_name_plural = pgettext_lazy("token", "tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def scope_labels(self) -> str:
        """The scopes and sections in words, for lists."""
        labels = {scope.permission.name: str(scope.label) for scope in get_token_scopes()}
        words = " · ".join(labels.get(name, name) for name in self.scopes)
        if not self.sections:
            return words
        names = get_names("page", self.sections).values()
        return f"{words} ({', '.join(name.title for name in names) or '–'})"

    @property
    def expiry_day(self) -> str:
        """The day of expiry as the language writes it, for lists."""
        return date_format(localtime(self.expires_at)) if self.expires_at else "–"

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_active(self) -> bool:
        return self.revoked_at is None and not self.is_expired

    @property
    def state_label(self) -> str:
        """The state in a word, for lists."""
        if self.revoked_at is not None:
            return pgettext("token", "Revoked")
        return pgettext("token", "Expired") if self.is_expired else pgettext("token", "Active")
