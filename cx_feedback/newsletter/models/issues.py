"""Issues of a newsletter."""

import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.forms import Select
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin

from cx_feedback.newsletter.issues.blocks import IssueBlocks, get_editable_text
from cx_feedback.newsletter.issues.topic_panel import TopicsPanel
from cx_feedback.newsletter.models.digests import Digest
from cx_feedback.newsletter.models.lists import MailingList, Topic
from cx_feedback.newsletter.rendering import placeholders, previews
from cx_feedback.newsletter.rules.rule_form import get_language_choices
from cx_feedback.readers.tombstones import create_tombstones


class IssueQuerySet(models.QuerySet["Issue"]):
    """Queries for issues."""

    def in_public_archive(self) -> "IssueQuerySet":
        """Return the issues that have been sent and are in the public archive."""
        return self.filter(state=Issue.State.POSTED, in_archive=True)


class Issue(PreviewableMixin, ClusterableModel):
    """One issue of a newsletter: recipients, content, schedule and whether it is public."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("newsletter", "Draft")
        SCHEDULED = "scheduled", pgettext_lazy("newsletter", "Scheduled")
        POSTED = "posted", pgettext_lazy("newsletter", "Queued")

    TOMBSTONE = "issue"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mailing_list = models.ForeignKey(
        MailingList,
        verbose_name=pgettext_lazy("newsletter", "to subscribers of"),
        on_delete=models.PROTECT,
        related_name="issues",
    )
    topics = ParentalManyToManyField(
        Topic,
        verbose_name=pgettext_lazy("newsletter", "topics"),
        blank=True,
        related_name="+",
        help_text=_(
            "Goes to subscribers who chose one of these topics, or no topic at "
            "all. None ticked: everyone."
        ),
    )
    language = models.CharField(
        pgettext_lazy("newsletter", "language"),
        max_length=12,
        blank=True,
        help_text=pgettext_lazy("newsletter", "Of the subscription."),
    )
    subject = models.CharField(pgettext_lazy("newsletter", "subject"), max_length=150)
    other_subject = models.CharField(
        pgettext_lazy("newsletter", "second subject"),
        max_length=150,
        blank=True,
        help_text=_(
            "Tested against the subject. The other recipients get the one with more clicks."
        ),
    )
    test_share = models.PositiveSmallIntegerField(
        pgettext_lazy("newsletter", "test share (percent)"),
        default=20,
        validators=[MinValueValidator(2), MaxValueValidator(100)],
        help_text=_("Share of the recipients in the test, half of them with each subject."),
    )
    test_hours = models.PositiveSmallIntegerField(
        _("hours until the others get it"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
    )
    #: Set when a subject test begins. The ids are those of the messages with each subject.
    test_ends_at = models.DateTimeField(null=True, editable=False)
    test_message_ids = models.JSONField(default=list, editable=False)
    winner = models.CharField(
        max_length=1, blank=True, default="", editable=False, choices=[("a", "a"), ("b", "b")]
    )
    preheader = models.CharField(
        pgettext_lazy("newsletter", "preview text"),
        max_length=150,
        blank=True,
        help_text=_("Shown next to the subject in the inbox."),
    )
    body = StreamField(IssueBlocks(), verbose_name=pgettext_lazy("newsletter", "content"))
    in_archive = models.BooleanField(
        _("in the web archive"),
        default=True,
        help_text=_("Anybody can read it on the site and in the feed once it has been sent."),
    )
    digest = models.ForeignKey(
        Digest, null=True, on_delete=models.SET_NULL, related_name="issues", editable=False
    )
    #: The due time for which its digest created it.
    digest_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(
        pgettext_lazy("newsletter", "state"),
        max_length=10,
        choices=State,
        default=State.DRAFT,
        editable=False,
    )
    send_at = models.DateTimeField(
        pgettext_lazy("newsletter", "goes out at"), null=True, editable=False
    )
    posted_at = models.DateTimeField(
        pgettext_lazy("newsletter", "sent at"), null=True, editable=False
    )
    recipients = models.PositiveIntegerField(
        pgettext_lazy("newsletter", "recipients"), default=0, editable=False
    )
    problem = models.TextField(blank=True, editable=False)
    #: The HTML as sent, with each subject, without anything about its recipients. Defer these
    #: fields in lists: they are long.
    SENT_FIELDS = ("sent_html", "sent_other_html")
    sent_html = models.TextField(blank=True, default="", editable=False)
    sent_other_html = models.TextField(blank=True, default="", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = IssueQuerySet.as_manager()

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("mailing_list", widget=Select),
                        FieldPanel("language", widget=Select(choices=get_language_choices)),  # type: ignore[arg-type]
                    ]
                ),
                TopicsPanel(),
            ],
            heading=pgettext_lazy("newsletter", "To whom"),
        ),
        MultiFieldPanel(
            [
                HelpPanel(template="cx_feedback/newsletter/admin/placeholders_help.html"),
                FieldPanel("subject"),
                FieldPanel("preheader"),
                FieldPanel("body"),
            ],
            heading=pgettext_lazy("newsletter", "The issue"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("other_subject"),
                FieldRowPanel([FieldPanel("test_share"), FieldPanel("test_hours")]),
            ],
            heading=pgettext_lazy("newsletter", "Subject test"),
        ),
        FieldPanel("in_archive"),
    ]

    class Meta:
        verbose_name = pgettext_lazy("newsletter", "issue")
        verbose_name_plural = pgettext_lazy("newsletter", "issues")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["digest", "digest_at"],
                condition=Q(digest__isnull=False),
                name="cx_issue_of_digest",
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["send_at"], condition=Q(state="scheduled"), name="cx_issue_scheduled"
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the issue; one that is removed from the archive leaves a tombstone."""
        if self.pk and self.state == self.State.POSTED and not self.in_archive:
            self.keep_tombstone()
        super().save(*args, **kwargs)

    def keep_tombstone(self) -> None:
        """Store a tombstone for an issue that is in the public archive and about to leave it."""
        if Issue.objects.in_public_archive().filter(pk=self.pk).exists():
            create_tombstones(kind=self.TOMBSTONE, keys=[self.key])

    @property
    def mailing(self) -> str:
        """The name of the mailing in the deliveries ledger."""
        return f"issue:{self.pk}"

    @property
    def best_subject(self) -> str:
        """The subject that most recipients got, which is the winner's after a test."""
        return self.other_subject if self.winner == "b" else self.subject

    def get_archive_path(self) -> str:
        """Return the path of its public page, "" if it isn't in the archive."""
        if not self.in_archive:
            return ""
        return reverse("cx_feedback:newsletter-issue", args=[self.key])

    def clean(self) -> None:
        errors: dict[str, list[Any]] = {}
        for field, text in (
            ("subject", self.subject),
            ("other_subject", self.other_subject),
            ("preheader", self.preheader),
            ("body", get_editable_text(self.body)),
        ):
            try:
                placeholders.check_placeholders(field, text)
            except ValidationError as error:
                errors.update(error.message_dict)
        if self.other_subject and self.other_subject == self.subject:
            errors["other_subject"] = [_("A test needs two different subjects.")]
        if errors:
            raise ValidationError(errors)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return previews.get_preview_modes()

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return previews.build_response(self, mode_name)
