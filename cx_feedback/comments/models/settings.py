"""What a site's editors decide about comments."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from cx_feedback.comments import reactions
from cx_feedback.comments.models.comments import Rule


class ReactionsField(models.JSONField):
    """Keys of ``reactions.REACTIONS``, chosen by ticking them; at least one."""

    def formfield(self, **kwargs: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=reactions.choices,
            widget=forms.CheckboxSelectMultiple,
            label=self.verbose_name,
            help_text=self.help_text,
            initial=self.get_default(),
        )


@register_setting(icon="comment", order=310)
class CommentSettings(BaseSiteSetting):
    """The rules of a site's conversations; a ``Policy`` overrides the first three by page."""

    class Votes(models.TextChoices):
        NONE = "none", _("No votes")
        UP = "up", _("Only votes for a comment")
        BOTH = "both", _("Votes for and against")
        REACTIONS = "reactions", _("Reactions")

    class Who(models.TextChoices):
        ANYONE = "anyone", _("Guests and accounts")
        ACCOUNTS = "accounts", _("Only accounts of this site")

    rule = models.CharField(_("rule"), max_length=12, choices=Rule.choices, default=Rule.ALL)
    free_after = models.PositiveSmallIntegerField(
        _("free after"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("Approved comments of a proved author, for “free after some”."),
    )
    close_after = models.PositiveSmallIntegerField(
        _("close after"),
        default=0,
        help_text=_("Days after the page was first published; 0: never."),
    )
    who = models.CharField(
        _("who may comment"), max_length=12, choices=Who.choices, default=Who.ANYONE
    )
    votes = models.CharField(
        _("votes or reactions"), max_length=12, choices=Votes.choices, default=Votes.UP
    )
    reactions = ReactionsField(
        _("reactions"),
        default=reactions.default,
        help_text=_("Where readers react instead of voting. What is taken away is kept unseen."),
    )
    edit_minutes = models.PositiveSmallIntegerField(
        _("minutes to edit"),
        default=10,
        validators=[MaxValueValidator(1440)],
        help_text=_("How long authors may edit or delete their own comment; 0: not at all."),
    )
    flags_to_hide = models.PositiveSmallIntegerField(
        _("flags that hide"),
        default=0,
        help_text=_("Open flags at which a comment waits for a moderator again; 0: never."),
    )
    blocked_words = models.TextField(
        _("blocked words"),
        blank=True,
        help_text=_("One word or phrase a line; a comment with one waits for a moderator."),
    )
    reject_reasons = models.TextField(
        _("reasons to reject"),
        blank=True,
        help_text=_("One a line, at most nine, for moderators to choose from; empty: ours."),
    )

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldPanel("rule"),
                FieldRowPanel([FieldPanel("free_after"), FieldPanel("close_after")]),
            ],
            heading=_("Who gets in"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("who"),
                FieldPanel("votes"),
                FieldPanel("reactions"),
                FieldPanel("edit_minutes"),
            ],
            heading=_("What readers may do"),
        ),
        MultiFieldPanel(
            [FieldPanel("flags_to_hide"), FieldPanel("blocked_words")], heading=_("Protection")
        ),
        MultiFieldPanel([FieldPanel("reject_reasons")], heading=_("Moderators")),
    ]

    class Meta:
        verbose_name = _("Comments")
        verbose_name_plural = _("Comments")
