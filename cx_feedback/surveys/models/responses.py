"""Responses to surveys, and starts of readers who began to answer."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cx_feedback.core.database.fast_insert import allow_fast_inserts
from cx_feedback.readers.models import Reader
from cx_feedback.surveys.models.surveys import Survey, SurveyVersion
from cx_feedback.surveys.questions.definitions import Question

#: How the keys of imported responses begin; no request has such a key.
IMPORTED = "import:"


class ResponseQuerySet(models.QuerySet["Response"]):
    """Queries for responses."""

    def counted(self) -> "ResponseQuerySet":
        """Return the responses that results count: neither tests nor spam."""
        return self.filter(state=Response.State.COUNTED)


@allow_fast_inserts
class Response(models.Model):
    """One reader's answers to a version of a survey, by question key.

    Every figure is about the responses that are ``counted``; ``services.response_states`` changes
    the state.
    """

    class State(models.TextChoices):
        COUNTED = "counted", pgettext_lazy("survey", "Counted")
        TEST = "test", pgettext_lazy("survey", "Test")
        SPAM = "spam", pgettext_lazy("survey", "Spam")

    # The constraint of ``version`` protects the survey's row too. A second constraint would only
    # lock that row once more for every response.
    survey = models.ForeignKey(
        Survey,
        on_delete=models.CASCADE,
        related_name="responses",
        db_index=False,
        db_constraint=False,
    )
    version = models.ForeignKey(
        SurveyVersion, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    reader = models.ForeignKey(
        Reader, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    page_id = models.PositiveIntegerField(pgettext_lazy("survey", "page"), null=True, blank=True)
    language = models.CharField(
        pgettext_lazy("survey", "language"), max_length=12, blank=True, default=""
    )
    answers = models.JSONField(pgettext_lazy("survey", "answers"))
    created_at = models.DateTimeField(pgettext_lazy("survey", "answered at"), default=timezone.now)
    state = models.CharField(
        pgettext_lazy("survey", "state"), max_length=7, choices=State, default=State.COUNTED
    )
    #: Whether ``tally_folding`` has seen this row: the tallies include it if it is counted too.
    folded = models.BooleanField(default=False, editable=False)
    idempotency_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    #: From the first interaction to sending, measured by the reader's page; at most a day.
    seconds = models.PositiveIntegerField(pgettext_lazy("survey", "seconds"), null=True, blank=True)

    #: What the link said besides, by name (``surveys.responses.hidden_fields``).
    hidden_fields = models.JSONField(
        pgettext_lazy("survey", "hidden fields"), default=dict, blank=True
    )

    #: Set by ``services.submit_response``: whether the request repeats an earlier one, the message
    #: that thanks the reader, and the ending that they reached.
    repeated = False
    thanks = ""
    ending: Question | None = None
    #: The address for a copy of it, which is not stored.
    copy_to = ""

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("survey", "response")
        verbose_name_plural = pgettext_lazy("survey", "responses")
        # Whoever may see them has the survey's ``view_responses``; readers add them.
        default_permissions = ("change", "delete")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["survey", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="cx_response_once",
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["survey", "created_at", "id"], name="cx_response_latest"),
            models.Index(
                fields=["survey", "created_at", "id"],
                condition=~Q(state="counted"),
                name="cx_response_not_counted",
            ),
            models.Index(
                fields=["reader"], condition=Q(reader__isnull=False), name="cx_response_reader"
            ),
            models.Index(
                fields=["survey", "id"], condition=Q(folded=False), name="cx_response_unfolded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_imported(self) -> bool:
        """Return whether it comes from a file."""
        return self.idempotency_key.startswith(IMPORTED)


@allow_fast_inserts
class Start(models.Model):
    """Somebody began to answer a survey. The reader is not stored."""

    survey = models.ForeignKey(
        Survey,
        on_delete=models.CASCADE,
        related_name="starts",
        db_index=False,
        db_constraint=False,
    )
    page_id = models.PositiveIntegerField(pgettext_lazy("survey", "page"), null=True, blank=True)
    language = models.CharField(
        pgettext_lazy("survey", "language"), max_length=12, blank=True, default=""
    )
    created_at = models.DateTimeField(pgettext_lazy("survey", "begun at"), default=timezone.now)
    #: Whether the tallies include this row.
    folded = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("survey", "start")
        verbose_name_plural = pgettext_lazy("survey", "starts")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["survey", "created_at"], name="cx_start_latest"),
            models.Index(
                fields=["survey", "id"], condition=Q(folded=False), name="cx_start_unfolded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.created_at:%Y-%m-%d %H:%M}"
