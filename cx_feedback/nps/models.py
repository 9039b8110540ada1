"""The NPS widget: a survey of two questions that is edited as one form."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cx_feedback.surveys.definitions import Definition, Question
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.text import LIMIT

#: The keys of the two questions; they stay.
SCORE, REASON = "score", "reason"


class NPSWidget(Survey):
    """What an editor writes; readers see its last published version, as with every survey."""

    question = models.CharField(
        _("question"),
        max_length=300,
        default=_("How likely are you to recommend us to a friend or colleague?"),
    )
    low_label = models.CharField(
        _("label of 0"), max_length=80, blank=True, default=_("Not at all likely")
    )
    high_label = models.CharField(
        _("label of 10"), max_length=80, blank=True, default=_("Extremely likely")
    )
    follow_up = models.CharField(
        _("follow-up question"),
        max_length=300,
        blank=True,
        default=_("What is the main reason for your score?"),
        help_text=_("Asked once a score is chosen; answering it is optional. Empty: not asked."),
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("title", heading=_("Name"), help_text=_("For editors; readers do not see it.")),
        FieldPanel("question"),
        FieldRowPanel([FieldPanel("low_label"), FieldPanel("high_label")]),
        FieldPanel("follow_up"),
        FieldPanel("thanks"),
        MultiFieldPanel(
            [FieldPanel("opens_at"), FieldPanel("closes_at")], heading=_("When it takes answers")
        ),
    ]

    class Meta:
        verbose_name = _("NPS widget")
        verbose_name_plural = _("NPS widgets")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.pk is None:
            self.kind = Survey.NPS
            # The default is in the language of whoever makes the widget, and stays as it is.
            for name in ("question", "low_label", "high_label", "follow_up"):
                setattr(self, name, str(getattr(self, name)))

    def definition(self) -> Definition:
        """Return the score question and, when it has words, the follow-up question."""
        asked = [
            Question(
                SCORE,
                "nps",
                self.question,
                required=True,
                options={
                    "low": 0,
                    "high": 10,
                    "low_label": self.low_label,
                    "high_label": self.high_label,
                },
            )
        ]
        if self.follow_up:
            asked.append(Question(REASON, "text", self.follow_up, options={"limit": LIMIT}))
        return Definition(title=self.title, thanks=self.thanks, questions=tuple(asked))

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "cx_feedback/nps/preview.html"
