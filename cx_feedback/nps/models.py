"""The NPS widget: a survey with questions for score, reason and address, edited as one form."""

from dataclasses import asdict
from typing import Any, ClassVar

import swapper
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.nps.editing import panels as editing
from cx_feedback.nps.editing.placement_panels import APPEARING
from cx_feedback.nps.editing.thanks_and_next_steps import (
    DEFAULT_NEXT_STEPS,
    NextStep,
    WidgetOptions,
)
from cx_feedback.nps.question_keys import EMAIL, REASON, SCORE
from cx_feedback.surveys.models import Survey
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.questions.nps import CLASSES
from cx_feedback.surveys.questions.text import LIMIT
from cx_feedback.surveys.responses import hidden_fields


def _build_next_field(class_name: str) -> Any:
    return models.CharField(
        pgettext_lazy("NPS", "next step"),
        max_length=8,
        choices=NextStep.choices,
        default=DEFAULT_NEXT_STEPS[class_name],
        blank=True,
    )


class NPSWidget(Survey):
    """The widget as editors write it. Readers see its last published version."""

    question = models.CharField(
        pgettext_lazy("NPS", "question"),
        max_length=300,
        default=pgettext_lazy(
            "NPS", "How likely are you to recommend us to a friend or colleague?"
        ),
    )
    low_label = models.CharField(
        pgettext_lazy("NPS", "label of 0"),
        max_length=80,
        blank=True,
        default=pgettext_lazy("NPS", "Not at all likely"),
    )
    high_label = models.CharField(
        pgettext_lazy("NPS", "label of 10"),
        max_length=80,
        blank=True,
        default=pgettext_lazy("NPS", "Extremely likely"),
    )
    follow_up = models.CharField(
        pgettext_lazy("NPS", "follow-up question"),
        max_length=300,
        blank=True,
        default=pgettext_lazy("NPS", "What is the main reason for your score?"),
        help_text=_(
            "For readers without a follow-up question of their own below. Answering is optional."
        ),
    )

    promoter_question = models.CharField(
        pgettext_lazy("NPS", "follow-up question"), max_length=300, blank=True
    )
    promoter_thanks = models.TextField(pgettext_lazy("NPS", "thanks"), blank=True)
    promoter_next = _build_next_field("promoter")
    passive_question = models.CharField(
        pgettext_lazy("NPS", "follow-up question"), max_length=300, blank=True
    )
    passive_thanks = models.TextField(pgettext_lazy("NPS", "thanks"), blank=True)
    passive_next = _build_next_field("passive")
    detractor_question = models.CharField(
        pgettext_lazy("NPS", "follow-up question"), max_length=300, blank=True
    )
    detractor_thanks = models.TextField(pgettext_lazy("NPS", "thanks"), blank=True)
    detractor_next = _build_next_field("detractor")
    next_page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("page of the next step"),
        help_text=_("The page of the newsletter, for instance."),
    )
    next_label = models.CharField(
        _("text of the link"), max_length=80, blank=True, help_text=_("Empty: the page's title.")
    )
    address_question = models.CharField(
        _("question asking for an address"),
        max_length=200,
        blank=True,
        default=_("May we write to you?"),
    )
    address_consent = models.CharField(
        _("what the address is for"),
        max_length=300,
        blank=True,
        default=_(
            "If you leave your email address, you agree that we may write to you about "
            "this answer. We won't use it for anything else or publish it."
        ),
    )

    panels: ClassVar[list[Any]] = [*editing.ASKING, *APPEARING]
    edit_handler = editing.edit_handler

    class Meta:
        verbose_name = pgettext_lazy("NPS", "NPS widget")
        verbose_name_plural = pgettext_lazy("NPS", "NPS widgets")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.pk is None and not args:
            self.kind = Survey.NPS
            # Defaults are stored in the language of the editor who creates the widget.
            for name in ("question", "low_label", "high_label", "follow_up", *_ADDRESS_FIELDS):
                setattr(self, name, str(getattr(self, name)))
            for name, words in _CLASS_QUESTIONS.items():
                if name not in kwargs:
                    setattr(self, name, str(words))

    def clean(self) -> None:
        super().clean()
        leads = NextStep.PAGE in self.get_next_steps().values()
        if leads and self.next_page_id is None:
            raise ValidationError({"next_page": _("Choose the page that a next step leads to.")})

    def get_next_steps(self) -> dict[str, str]:
        """Return the next step by class."""
        return {name: getattr(self, f"{name}_next") for name in CLASSES}

    def definition(self) -> Definition:
        """Return the definition, with questions for reason and address unless they are empty."""
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
        words = {name: getattr(self, f"{name}_question") or self.follow_up for name in CLASSES}
        if any(words.values()):
            label = self.follow_up or next(filter(None, words.values()))
            options = {"limit": LIMIT, "labels": words}
            asked.append(Question(REASON, "text", label, options=options))
        if NextStep.WRITE in self.get_next_steps().values() and self.address_question:
            asked.append(Question(EMAIL, "email", self.address_question, help=self.address_consent))
        return Definition(
            title=self.title,
            thanks=self.thanks,
            questions=tuple(asked),
            keeps_partials=self.keeps_partials,
            extra=asdict(self._build_options()),
            anonymous=self.anonymous,
            hidden_fields=hidden_fields.parse_names(self.hidden_fields),
        )

    def _build_options(self) -> WidgetOptions:
        words = self.next_label or (self.next_page.title if self.next_page else "")
        return WidgetOptions(
            **self.build_placement(),
            thanks={name: getattr(self, f"{name}_thanks") for name in CLASSES},
            next=self.get_next_steps(),
            next_label=words if self.next_page else "",
        )

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The question, and the views of a reader of each class."""
        return [
            ("", pgettext_lazy("NPS", "The question")),
            ("promoter", pgettext_lazy("NPS", "Promoters (9–10)")),
            ("passive", pgettext_lazy("NPS", "Passives (7–8)")),
            ("detractor", pgettext_lazy("NPS", "Detractors (0–6)")),
        ]

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "cx_feedback/nps/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        return {**super().get_preview_context(request, mode_name), "nps_class": mode_name}


_ADDRESS_FIELDS = ("address_question", "address_consent")
_CLASS_QUESTIONS = {
    "promoter_question": _("What do you like most?"),
    "passive_question": _("What is missing for a 10?"),
    "detractor_question": _("What should we do better?"),
}
