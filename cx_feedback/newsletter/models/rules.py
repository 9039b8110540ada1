"""Follow-up rules with their triggers, conditions and series of mails."""

import datetime
from typing import Any, ClassVar

import swapper
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PreviewableMixin

from cx_feedback.core.errors import InvalidInput, get_error_text
from cx_feedback.newsletter.models.lists import MailingList
from cx_feedback.newsletter.rendering import previews
from cx_feedback.newsletter.rendering.mail_validation import find_mail_problems, refuse_long_subject
from cx_feedback.newsletter.rules.active_rules_cache import clear_active_rules
from cx_feedback.newsletter.rules.rule_form import RuleForm
from cx_feedback.newsletter.rules.rule_panels import RULE_PANELS
from cx_feedback.newsletter.rules.site_triggers import MAX_NAME_LENGTH, get_site_triggers

#: Percent of the readers that an experiment may leave without mail.
MAX_HELD_BACK = 90
#: Rich-text features of an email's text.
FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr"]


def get_trigger_choices() -> list[tuple[str, Any]]:
    """Return the built-in triggers and the site's own; migrations name only this function."""
    own = [(name, trigger.label) for name, trigger in get_site_triggers().items()]
    return [*FollowUpRule.Trigger.choices, *own]


class FollowUpRule(PreviewableMixin, ClusterableModel):
    """Sends one mail or a series to subscribed readers when something happens.

    The rule contains the first mail, its ``steps`` the following ones. The conditions are checked
    again before each mail.
    """

    class Trigger(models.TextChoices):
        ANSWERED = "answered", pgettext_lazy("newsletter", "answered a survey")
        PROMOTER = "nps_promoter", _("gave an NPS of 9 or 10 (promoter)")
        PASSIVE = "nps_passive", _("gave an NPS of 7 or 8 (passive)")
        DETRACTOR = "nps_detractor", _("gave an NPS of 0 to 6 (detractor)")
        COMMENT_APPROVED = "comment_approved", _("wrote a comment that was approved")
        COMMENT_ANSWERED = "comment_answered", _("had a comment answered")
        SUBSCRIBED = "subscribed", pgettext_lazy("newsletter", "subscribed")
        SILENT = "fell_silent", pgettext_lazy("newsletter", "stopped visiting")
        WON_BACK = "won_back", _("came back after an absence")
        TIER = "changed_tier", pgettext_lazy("newsletter", "changed tier")

    class Repeat(models.TextChoices):
        ONCE = "once", _("only the first time")
        EACH = "each", pgettext_lazy("newsletter", "each time")

    class Unit(models.TextChoices):
        HOURS = "hours", pgettext_lazy("newsletter", "hours")
        DAYS = "days", pgettext_lazy("newsletter", "days")

    name = models.CharField(
        pgettext_lazy("newsletter", "name"),
        max_length=120,
        help_text=pgettext_lazy("newsletter", "For editors; readers do not see it."),
    )
    active = models.BooleanField(
        pgettext_lazy("newsletter", "active"),
        default=False,
        help_text=_("Events that happen while a rule is inactive are not followed up later."),
    )
    active_since = models.DateTimeField(null=True, editable=False)
    trigger = models.CharField(
        pgettext_lazy("newsletter", "when a reader"),
        max_length=MAX_NAME_LENGTH,
        choices=get_trigger_choices,
    )
    repeat = models.CharField(
        pgettext_lazy("newsletter", "frequency"), max_length=4, choices=Repeat, default=Repeat.ONCE
    )
    mailing_list = models.ForeignKey(
        MailingList,
        verbose_name=pgettext_lazy("newsletter", "to subscribers of"),
        on_delete=models.PROTECT,
        related_name="rules",
    )
    language = models.CharField(
        pgettext_lazy("newsletter", "language"),
        max_length=12,
        blank=True,
        help_text=pgettext_lazy("newsletter", "Of the subscription."),
    )
    wait = models.PositiveIntegerField(pgettext_lazy("newsletter", "delay"), default=0)
    wait_unit = models.CharField(
        pgettext_lazy("newsletter", "unit"), max_length=5, choices=Unit, default=Unit.HOURS
    )
    answer = models.CharField(
        _("only with the answer"),
        max_length=160,
        blank=True,
        help_text=_("For rules that begin with an answer."),
    )
    tiers = models.JSONField(
        _("only in the tiers"),
        default=list,
        blank=True,
        help_text=_("None ticked: all tiers. For “changed tier”: the new tier."),
    )
    section = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=_("only in the section"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_(
            "The page where it happened and everything below it. For absences and returns: "
            "where the reader was active in the past year."
        ),
    )
    only_after = models.ForeignKey(
        "self",
        verbose_name=_("only after an email from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    never_after = models.ForeignKey(
        "self",
        verbose_name=_("never after an email from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    stop_when_answered = models.BooleanField(_("stop when they answer or comment"), default=False)
    stop_when_back = models.BooleanField(_("stop when they come back"), default=False)
    hold_back = models.PositiveSmallIntegerField(
        pgettext_lazy("newsletter", "control group (percent)"),
        default=0,
        validators=[MaxValueValidator(MAX_HELD_BACK)],
        help_text=_(
            "An experiment: this share of the readers, chosen at random, gets nothing from "
            "this rule. The Loyalty screen then shows whether the others come back more "
            "often. Changing the percentage starts a new experiment. 0: no experiment."
        ),
    )
    subject = models.CharField(pgettext_lazy("newsletter", "subject"), max_length=150)
    body = RichTextField(pgettext_lazy("newsletter", "text"), features=FEATURES)
    updated_at = models.DateTimeField(auto_now=True)

    panels = RULE_PANELS
    base_form_class = RuleForm

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "follow-up rule")
        verbose_name_plural = pgettext_lazy("newsletter", "follow-up rules")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["trigger"], condition=Q(active=True), name="cx_rule_active")
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.active:
            self.active_since = None
        elif self.active_since is None:
            self.active_since = timezone.now()
        super().save(*args, **kwargs)
        clear_active_rules()

    def get_trigger_display(self) -> str:
        return get_trigger_label(self.trigger)

    @property
    def mailing(self) -> str:
        """The name of the mailing in the deliveries ledger."""
        return f"rule:{self.pk}"

    @property
    def delay(self) -> datetime.timedelta:
        """The time between the trigger and the first mail."""
        return datetime.timedelta(**{self.wait_unit: self.wait})

    @property
    def mails(self) -> list["FollowUpRule | RuleStep"]:
        """The mails of the series, in order. The first is the rule itself."""
        return [self, *self.steps.all()]

    def get_mail(self, step: int) -> "FollowUpRule | RuleStep | None":
        """Return the mail for ``FollowUp.step``, None if it was removed from the series."""
        return self if not step else next((m for m in self.steps.all() if m.pk == step), None)

    def clean_fields(self, exclude: Any = None) -> None:
        """Accept a trigger that the site has taken out since, as long as it stays the same."""
        excluded = set(exclude or ())
        if self.pk and self.trigger not in dict(get_trigger_choices()):
            stored = FollowUpRule.objects.filter(pk=self.pk, trigger=self.trigger)
            excluded |= {"trigger"} if stored.exists() else set()
        super().clean_fields(exclude=excluded)

    def clean(self) -> None:
        errors = find_mail_problems(self)
        if self.answer and self.trigger not in ANSWER_TRIGGERS:
            errors["answer"] = [_("Only rules that begin with an answer can ask for one.")]
        for field in ("only_after", "never_after"):
            if self.pk and getattr(self, f"{field}_id") == self.pk:
                errors[field] = [_("Choose another rule than this one.")]
        if self.trigger == self.Trigger.TIER and not self.tiers:
            errors["tiers"] = [_("Tick the tiers that they changed to.")]
        if "subject" not in errors and (problem := self._find_subject_problem()):
            errors["subject"] = [problem]
        if errors:
            raise ValidationError(errors)

    def _find_subject_problem(self) -> str:
        if self.mailing_list_id is None:
            return ""
        try:
            refuse_long_subject(self.subject.replace("{list}", self.mailing_list.name))
        except InvalidInput as error:
            return get_error_text(error)
        return ""

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return previews.get_preview_modes(of_each_language=not self.language, mails=len(self.mails))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return previews.build_response(self, mode_name)


def get_trigger_label(name: str) -> str:
    """Return the label of a trigger, words with its name for one that the site has no more."""
    known = dict(get_trigger_choices())
    if not name or name in known:
        return str(known.get(name, ""))
    return gettext("did something that this site no longer reports (%s)") % name


#: Triggers that are answers.
ANSWER_TRIGGERS = (
    FollowUpRule.Trigger.ANSWERED,
    FollowUpRule.Trigger.PROMOTER,
    FollowUpRule.Trigger.PASSIVE,
    FollowUpRule.Trigger.DETRACTOR,
)


class RuleStep(Orderable):
    """A mail in the series of a rule after the first one."""

    rule = ParentalKey(FollowUpRule, on_delete=models.CASCADE, related_name="steps")
    wait = models.PositiveIntegerField(pgettext_lazy("newsletter", "delay"), default=3)
    wait_unit = models.CharField(
        pgettext_lazy("newsletter", "unit"),
        max_length=5,
        choices=FollowUpRule.Unit,
        default=FollowUpRule.Unit.DAYS,
    )
    subject = models.CharField(pgettext_lazy("newsletter", "subject"), max_length=150)
    body = RichTextField(pgettext_lazy("newsletter", "text"), features=FEATURES)

    panels = (
        FieldRowPanel([FieldPanel("wait"), FieldPanel("wait_unit")]),
        FieldPanel("subject"),
        FieldPanel("body"),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("email in a series")
        verbose_name_plural = _("emails in a series")

    def __str__(self) -> str:
        return self.subject

    @property
    def delay(self) -> datetime.timedelta:
        """The time between the previous mail and this one."""
        return datetime.timedelta(**{self.wait_unit: self.wait})

    def clean(self) -> None:
        if errors := find_mail_problems(self):
            raise ValidationError(errors)
