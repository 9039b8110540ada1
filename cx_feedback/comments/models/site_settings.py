"""The comment settings of a site."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from cx_feedback.comments.models.states import Rule
from cx_feedback.comments.rendering import reactions


class ReactionsField(models.JSONField):
    """Keys of ``reactions.REACTIONS``, chosen by ticking them; at least one."""

    def formfield(self, **kwargs: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=reactions.get_reaction_choices,
            widget=forms.CheckboxSelectMultiple,
            label=self.verbose_name,
            help_text=self.help_text,
            initial=self.get_default(),
        )


@register_setting(icon="comment", order=310)
class CommentSettings(BaseSiteSetting):
    """The comment settings of a site. A ``Policy`` overrides the first three by page."""

    class Votes(models.TextChoices):
        NONE = "none", pgettext_lazy("comment", "No votes")
        UP = "up", _("Only votes for a comment")
        BOTH = "both", _("Votes for and against")
        REACTIONS = "reactions", pgettext_lazy("comment", "Reactions")

    class AllowedAuthors(models.TextChoices):
        ANYONE = "anyone", pgettext_lazy("comment", "Guests and accounts")
        ACCOUNTS = "accounts", _("Only accounts of this site")

    rule = models.CharField(
        pgettext_lazy("comment", "moderation"),
        max_length=12,
        choices=Rule.choices,
        default=Rule.ALL,
    )
    free_after = models.PositiveSmallIntegerField(
        pgettext_lazy("comment", "free after"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Approved comments a verified author needs before being published without review."
        ),
    )
    close_after = models.PositiveSmallIntegerField(
        pgettext_lazy("comment", "close after"),
        default=0,
        help_text=_("Days after the page was first published; 0: never."),
    )
    allowed_authors = models.CharField(
        pgettext_lazy("comment", "who can comment"),
        max_length=12,
        choices=AllowedAuthors.choices,
        default=AllowedAuthors.ANYONE,
    )
    votes = models.CharField(
        pgettext_lazy("comment", "votes or reactions"),
        max_length=12,
        choices=Votes.choices,
        default=Votes.UP,
    )
    reactions = ReactionsField(
        pgettext_lazy("comment", "reactions"),
        default=reactions.get_default_reactions,
        help_text=_(
            "For sites where readers react instead of voting. Reactions you remove "
            "are kept but not shown."
        ),
    )
    edit_minutes = models.PositiveSmallIntegerField(
        pgettext_lazy("comment", "minutes to edit"),
        default=10,
        validators=[MaxValueValidator(1440)],
        help_text=_("How long authors can edit or delete their own comments; 0: never."),
    )
    flags_to_hide = models.PositiveSmallIntegerField(
        pgettext_lazy("comment", "reports that hide"),
        default=0,
        help_text=_("Number of reports after which a comment goes back to moderation; 0: never."),
    )
    blocked_words = models.TextField(
        pgettext_lazy("comment", "blocked words"),
        blank=True,
        help_text=_("One word or phrase per line. Comments that contain one go to moderation."),
    )
    spam_promise = models.PositiveIntegerField(
        pgettext_lazy("comment", "honest comments per wrong one in the spam"),
        default=500,
        validators=[MinValueValidator(20), MaxValueValidator(100_000)],
        help_text=_(
            "At most 1 honest comment in this many goes to the spam. Comments are put aside only "
            "once the decisions of your moderators prove it; until then suspected spam waits, last "
            "in the queue. 500 needs about 1,500 approved comments without a mistake."
        ),
    )
    reject_reasons = models.TextField(
        pgettext_lazy("comment", "reasons to reject"),
        blank=True,
        help_text=_(
            "One per line, up to nine, for moderators to choose from. Leave empty "
            "to use the default reasons."
        ),
    )

    tell_refusals = models.BooleanField(
        _("tell authors why"),
        default=True,
        help_text=_(
            "When a moderator rejects, hides or deletes a comment or refuses an edit of it with a "
            "reason, its author sees the reason and can object once. The same when a moderator "
            "edits a comment, with or without a reason. An author with a confirmed address gets an "
            "email. Never for spam."
        ),
    )

    alert_hours = models.PositiveSmallIntegerField(
        _("hours until moderators are alerted"),
        default=0,
        validators=[MaxValueValidator(8760)],
        help_text=_(
            "When a comment or an objection waits longer, the admin's first page says so and the "
            "page's moderators get one email, until nothing waits that long; 0: never."
        ),
    )

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldPanel("rule"),
                FieldRowPanel([FieldPanel("free_after"), FieldPanel("close_after")]),
            ],
            heading=pgettext_lazy("comment", "Who can comment"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("allowed_authors"),
                FieldPanel("votes"),
                FieldPanel("reactions"),
                FieldPanel("edit_minutes"),
            ],
            heading=_("What readers can do"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("flags_to_hide"),
                FieldPanel("blocked_words"),
                FieldPanel("spam_promise"),
            ],
            heading=pgettext_lazy("comment", "Protection"),
        ),
        MultiFieldPanel(
            [FieldPanel("reject_reasons"), FieldPanel("tell_refusals"), FieldPanel("alert_hours")],
            heading=pgettext_lazy("comment", "Moderators"),
        ),
    ]

    class Meta:
        verbose_name = pgettext_lazy("comment", "Comments")
        verbose_name_plural = pgettext_lazy("comment", "Comments")
