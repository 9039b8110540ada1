"""Surveys as editors write them, and their published versions."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)

from cx_feedback.core import signals
from cx_feedback.core.pages.site_time import in_own_zone
from cx_feedback.surveys import questions
from cx_feedback.surveys.flow import survey_validation
from cx_feedback.surveys.flow.piping_widgets import PipingTextarea
from cx_feedback.surveys.models.placement import PlacedModel
from cx_feedback.surveys.partials.keeping_period import describe_partials
from cx_feedback.surveys.placement import panels as placement
from cx_feedback.surveys.placement.forms import PlacementForm
from cx_feedback.surveys.placement.placement_options import Placement
from cx_feedback.surveys.polls import poll_rules
from cx_feedback.surveys.questions.definitions import Definition, Limits
from cx_feedback.surveys.questions.definitions import Quota as QuotaOf
from cx_feedback.surveys.questions.stream_field import QuestionsField, QuotasField
from cx_feedback.surveys.responses import hidden_fields


class MailRoomFieldPanel(FieldPanel):
    """A field that only sites with a room that posts copies have."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(signals.copy_requested.has_listeners() and super().is_shown())


class Survey(
    PreviewableMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    PlacedModel,
):
    """A survey as an editor writes it. Readers answer its last published version."""

    SURVEY, NPS = "survey", "nps"

    class ResultsShown(models.TextChoices):
        """When readers see the results, see ``polls``."""

        NEVER = "never", pgettext_lazy("survey results", "Never")
        AFTER_ANSWER = "after_answer", pgettext_lazy("survey results", "After answering")
        ALWAYS = "always", pgettext_lazy("survey results", "At once")
        AFTER_CLOSE = "after_close", pgettext_lazy("survey results", "After it has closed")

    #: "survey", or the kind of a model in another room that extends this one ("nps").
    kind = models.CharField(max_length=12, default=SURVEY, editable=False)
    title = models.CharField(pgettext_lazy("survey", "title"), max_length=200)
    intro = models.TextField(
        pgettext_lazy("survey", "introduction"),
        blank=True,
        help_text=_("Shown above the questions."),
    )
    questions = QuestionsField(blank=True, verbose_name=pgettext_lazy("survey", "questions"))
    thanks = models.TextField(
        pgettext_lazy("survey", "thanks"),
        blank=True,
        help_text=_("Shown to a reader who has answered."),
    )
    opens_at = models.DateTimeField(pgettext_lazy("survey", "opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(pgettext_lazy("survey", "closes at"), null=True, blank=True)
    max_responses = models.PositiveIntegerField(
        pgettext_lazy("survey", "most responses"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "The survey closes when this many people have answered, counting all languages."
        ),
    )
    one_per_reader = models.BooleanField(
        _("one response per reader"),
        default=False,
        help_text=_(
            "A reader is recognised by a cookie set with their first answer or comment. "
            "Anyone without it, or who deletes it, counts as another reader."
        ),
    )
    quotas = QuotasField(pgettext_lazy("survey", "quotas"), default=list, blank=True)
    open_by_address = models.BooleanField(
        _("open by its address"),
        default=False,
        help_text=_(
            "Anyone who knows its address, such as a program, can read and answer it without a "
            "page. Otherwise it can only be answered on pages that the reader may see, and from "
            "links in emails."
        ),
    )
    results_shown = models.CharField(
        _("readers see the results"),
        max_length=12,
        choices=ResultsShown.choices,
        default=ResultsShown.NEVER,
        help_text=_(
            "For a poll: a survey with a single question to be answered by choices or on a scale. "
            "Readers see how all have answered, once enough have. “After answering” keeps the "
            "result out of the page, but whoever knows its address can read it before."
        ),
    )
    anonymous = models.BooleanField(
        _("anonymous"),
        default=False,
        help_text=_(
            "No reader is stored with an answer, for good: no cookie, no network address, and the "
            "hour instead of the time. The form says so. Such answers don't count in loyalty, "
            "start no follow-up mails, and can't be found again for the person who gave them."
        ),
    )
    tests_by_editors = models.BooleanField(
        _("answers of editors are tests"),
        default=False,
        help_text=_(
            "What people answer who may change this survey, while they are logged in here, is kept "
            "as a test and doesn't count. So is what they send from the preview of a page, which "
            "is refused otherwise."
        ),
    )
    hidden_fields = models.CharField(
        _("hidden fields"),
        max_length=200,
        blank=True,
        help_text=_(
            "Names that a link to the survey may fill in, separated by commas: source, campaign. "
            "What stands in the address (?source=newsletter) is stored with the answers. Don't "
            "put personal data there."
        ),
    )

    keeps_partials = models.BooleanField(
        _("keep the answers of readers who don't finish"), default=False
    )
    mails_answers = models.BooleanField(
        _("mail readers their answers"),
        default=False,
        help_text=_(
            "The form offers readers a copy of their answers by email, once per address and day. "
            "The address is used for nothing else and isn't stored with the answers."
        ),
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("intro"),
        FieldPanel("questions", attrs={"data-controller": "cx-outline"}),
        FieldPanel("thanks", widget=PipingTextarea),
        MultiFieldPanel(
            [
                FieldPanel("opens_at", help_text=in_own_zone()),
                FieldPanel("closes_at", help_text=in_own_zone()),
            ],
            heading=pgettext_lazy("survey", "When it takes answers"),
        ),
        MultiFieldPanel(
            [FieldPanel("max_responses"), FieldPanel("one_per_reader"), FieldPanel("quotas")],
            heading=_("How many may answer"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [*placement.APPEARING, *placement.PLACES, *placement.ASKED],
            heading=_("Where and when it appears"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [FieldPanel("anonymous"), MailRoomFieldPanel("mails_answers")],
            heading=pgettext_lazy("survey", "Privacy"),
        ),
        MultiFieldPanel(
            [FieldPanel("keeps_partials", help_text=describe_partials())],
            heading=_("Readers who don't finish"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [FieldPanel("open_by_address"), FieldPanel("hidden_fields")],
            heading=_("Where it takes answers"),
        ),
        MultiFieldPanel([FieldPanel("results_shown")], heading=_("Results for readers")),
        MultiFieldPanel([FieldPanel("tests_by_editors")], heading=pgettext_lazy("survey", "Tests")),
        PublishingPanel(),
    ]
    base_form_class = PlacementForm

    class Meta(TranslatableMixin.Meta):
        verbose_name = pgettext_lazy("survey", "survey")
        verbose_name_plural = pgettext_lazy("survey", "surveys")
        permissions: ClassVar[list[Any]] = [
            ("view_results", _("Can see the results of surveys")),
            ("view_responses", _("Can see single responses")),
            ("view_texts", _("Can see texts and email addresses in answers")),
            ("export_responses", pgettext_lazy("survey", "Can export answers")),
            ("fetch_responses", _("Can fetch single responses over REST")),
        ]

    def __str__(self) -> str:
        return self.title

    def publish(self, *args: Any, **kwargs: Any) -> Any:
        """Publish a revision, with all translations locked.

        Of two simultaneous publications, the row could otherwise come from one and the frozen
        version from the other. Translations share their quotas (``services.freeze_version``).
        """
        with transaction.atomic():
            family = Survey.objects.filter(translation_key=self.translation_key)
            list(family.select_for_update().order_by("pk").values_list("pk"))
            return super().publish(*args, **kwargs)

    def definition(self) -> Definition:
        """Return the definition that would be frozen if this object were published now."""
        return Definition(
            title=self.title,
            intro=self.intro,
            thanks=self.thanks,
            questions=tuple(
                questions.get(child.block_type).build_question(_get_child_id(child), child.value)
                for child in self.questions
            ),
            limits=self.limits(),
            anonymous=self.anonymous,
            hidden_fields=hidden_fields.parse_names(self.hidden_fields),
            keeps_partials=self.keeps_partials,
            mails_answers=self.mails_answers,
            extra=self.build_placement() if self.is_placed else {},
        )

    def limits(self) -> Limits:
        """Return the limits on responses."""
        quotas = tuple(QuotaOf(q["question"], q["value"], q["limit"]) for q in self.quotas)
        return Limits(self.max_responses, self.one_per_reader, quotas)

    def clean(self) -> None:
        super().clean()
        if self.opens_at and self.closes_at and self.opens_at >= self.closes_at:
            raise ValidationError({"closes_at": _("A survey closes after it has opened.")})
        if self.anonymous and self.one_per_reader:
            raise ValidationError(
                {
                    "one_per_reader": _(
                        "An anonymous survey can't know who has answered it. Choose one of the two."
                    )
                }
            )
        if self.anonymous and self.mails_answers:
            raise ValidationError(
                {
                    "mails_answers": _(
                        "An anonymous survey can't mail answers: the mail would say whose they "
                        "are. Choose one of the two."
                    )
                }
            )
        if wrong := hidden_fields.find_wrong_name(self.hidden_fields):
            raise ValidationError({"hidden_fields": wrong})
        if self.quotas:
            items = survey_validation.get_stream_questions(self.questions)
            if problems := survey_validation.find_quota_problems(items, self.quotas):
                raise ValidationError({"quotas": problems})
        if self.results_shown != self.ResultsShown.NEVER:
            items = survey_validation.get_stream_questions(self.questions)
            if problem := poll_rules.find_poll_problem(items):
                raise ValidationError({"results_shown": problem})

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The survey in the text and, if it slides in, as it does that."""
        modes: list[tuple[str, Any]] = [("", pgettext_lazy("survey", "In the text"))]
        if self.placement != Placement.INLINE:
            modes.append(("slid", _("Slid in")))
        return modes

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "cx_feedback/surveys/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        context = super().get_preview_context(request, mode_name)
        return {**context, "survey": self, "mode_name": mode_name}


def _get_child_id(child: Any) -> str:
    """Return the id of a StreamField child; it is created if there is none yet."""
    child.get_prep_value()
    return str(child.id)


class SurveyVersion(models.Model):
    """The frozen definition of a published survey. Its definition never changes."""

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField(pgettext_lazy("survey", "number"))
    definition = models.JSONField()
    #: The hash of the definition, under which processes cache it.
    digest = models.CharField(max_length=32)
    #: Used-up quotas as [question key, value]; ["", ""] for the whole survey.
    full = models.JSONField(default=list, editable=False)
    current = models.BooleanField(default=True)
    created_at = models.DateTimeField(pgettext_lazy("survey", "published at"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("survey", "published version")
        verbose_name_plural = pgettext_lazy("survey", "published versions")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["survey", "number"], name="cx_survey_version"),
            models.UniqueConstraint(
                fields=["survey"], condition=Q(current=True), name="cx_survey_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.number}"
