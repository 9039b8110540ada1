"""Follow-up rules and the follow-ups that they owe."""

import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.forms import Select
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.coreutils import get_content_languages
from wagtail.fields import RichTextField
from wagtail.models import PreviewableMixin

from cx_feedback.newsletter import placeholders
from cx_feedback.newsletter.models.lists import MailingList
from cx_feedback.readers.models import Reader

#: Percent; who wants to hold back more should not have the rule.
MOST_HELD_BACK = 90


def _languages() -> list[tuple[str, Any]]:
    return [("", _("Any")), *get_content_languages().items()]


class FollowUpRule(PreviewableMixin, models.Model):
    """When something happens to a reader who subscribed, write to them once."""

    class When(models.TextChoices):
        ANSWERED = "answered", _("answered a survey")
        PROMOTER = "nps_promoter", _("gave an NPS of 9 or 10 (promoter)")
        PASSIVE = "nps_passive", _("gave an NPS of 7 or 8 (passive)")
        DETRACTOR = "nps_detractor", _("gave an NPS of 0 to 6 (detractor)")
        COMMENT_APPROVED = "comment_approved", _("wrote a comment that was approved")
        SUBSCRIBED = "subscribed", _("subscribed")
        SILENT = "fell_silent", _("fell silent")
        WON_BACK = "won_back", _("came back after a silence")

    class Repeat(models.TextChoices):
        ONCE = "once", _("only the first time")
        EACH = "each", _("each time")

    class Unit(models.TextChoices):
        HOURS = "hours", _("hours")
        DAYS = "days", _("days")

    name = models.CharField(
        _("name"), max_length=120, help_text=_("For editors; readers do not see it.")
    )
    active = models.BooleanField(
        _("active"),
        default=False,
        help_text=_("What happens while a rule is not active is never followed up later."),
    )
    active_since = models.DateTimeField(null=True, editable=False)
    when = models.CharField(_("when a reader"), max_length=20, choices=When)
    repeat = models.CharField(_("how often"), max_length=4, choices=Repeat, default=Repeat.ONCE)
    mailing_list = models.ForeignKey(
        MailingList,
        verbose_name=_("to subscribers of"),
        on_delete=models.PROTECT,
        related_name="rules",
    )
    language = models.CharField(
        _("language"),
        max_length=12,
        blank=True,
        help_text=_("Of the subscription."),
    )
    wait = models.PositiveIntegerField(_("wait"), default=0)
    wait_unit = models.CharField(_("unit"), max_length=5, choices=Unit, default=Unit.HOURS)
    hold_back = models.PositiveSmallIntegerField(
        _("hold back (percent)"),
        default=0,
        validators=[MaxValueValidator(MOST_HELD_BACK)],
        help_text=_(
            "An experiment: so many percent of the readers, chosen by chance, get nothing from "
            "this rule. The Loyalty screen then says whether the others come back more often. "
            "A changed percentage begins a new experiment. 0: everybody is written to."
        ),
    )
    subject = models.CharField(_("subject"), max_length=150)
    body = RichTextField(
        _("text"), features=["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr"]
    )
    updated_at = models.DateTimeField(auto_now=True)

    panels = (
        MultiFieldPanel([FieldPanel("name"), FieldPanel("active")], heading=_("Rule")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("when"), FieldPanel("repeat")]),
                FieldRowPanel(
                    [
                        FieldPanel("mailing_list"),
                        FieldPanel("language", widget=Select(choices=_languages)),  # type: ignore[arg-type]
                    ]
                ),
                FieldRowPanel([FieldPanel("wait"), FieldPanel("wait_unit")]),
                FieldPanel("hold_back"),
            ],
            heading=_("When and to whom"),
        ),
        MultiFieldPanel(
            [
                HelpPanel(template="cx_feedback/newsletter/placeholders.html"),
                FieldPanel("subject"),
                FieldPanel("body"),
            ],
            heading=_("The mail"),
        ),
    )

    class Meta:
        verbose_name = _("follow-up rule")
        verbose_name_plural = _("follow-up rules")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["when"], condition=Q(active=True), name="cx_rule_active")
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.active:
            self.active_since = None
        elif self.active_since is None:
            self.active_since = timezone.now()
        super().save(*args, **kwargs)
        from cx_feedback.newsletter import rules

        rules.forget()

    @property
    def mailing(self) -> str:
        """The name of this rule's mailing in the deliveries ledger."""
        return f"rule:{self.pk}"

    @property
    def delay(self) -> datetime.timedelta:
        """How long to wait after what happened."""
        return datetime.timedelta(**{self.wait_unit: self.wait})

    def clean(self) -> None:
        errors: dict[str, list[Any]] = {}
        for field in ("subject", "body"):
            try:
                placeholders.check(field, getattr(self, field) or "")
                if field == "subject":
                    placeholders.check_header(field, self.subject)
            except ValidationError as error:
                errors.update(error.message_dict)
        if self.wait > 24 * 366:
            errors["wait"] = [_("A year is the longest.")]
        if errors:
            raise ValidationError(errors)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("", _("HTML")), ("text", _("Plain text"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from cx_feedback.newsletter.rendering import preview

        shown = preview(self, self.language or get_language() or "")
        if mode_name == "text":
            text = f"{shown.subject}\n\n{shown.text}"
            return HttpResponse(text, content_type="text/plain; charset=utf-8")
        return HttpResponse(shown.html)


class FollowUp(models.Model):
    """That a rule owes a reader a message, and what became of it.

    ``trigger_key`` names what happened ("once" for rules that count only the first time), so
    that whatever looks at it twice writes one row.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        POSTED = "posted", _("Posted")
        SKIPPED = "skipped", _("Skipped")
        HELD_BACK = "held", _("Held back")

    rule = models.ForeignKey(FollowUpRule, on_delete=models.CASCADE, related_name="follow_ups")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    trigger_key = models.CharField(max_length=40)
    activity_id = models.BigIntegerField(null=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    due_at = models.DateTimeField(_("due at"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["rule", "reader", "trigger_key"], name="cx_follow_up_once"
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="cx_follow_up_due"),
            models.Index(
                fields=["activity_id"],
                condition=Q(activity_id__isnull=False),
                name="cx_follow_up_activity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} → {self.reader_id} {self.trigger_key}"
