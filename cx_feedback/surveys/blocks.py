"""The survey as a StreamField block."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail.snippets.blocks import SnippetChooserBlock

from cx_feedback.core.blocks import FeedbackBlock
from cx_feedback.surveys.questions.definitions import Definition, Question
from cx_feedback.surveys.responses import page_prefetch
from cx_feedback.surveys.responses.form_context import build_form_context
from cx_feedback.surveys.selectors import LiveSurvey


class LiveChooserBlock(SnippetChooserBlock):
    """Chooses a survey and fetches its live version in the reader's language with it."""

    #: ``page_prefetch`` fetches it together with all others of its page.
    is_fetched_with_page = True

    @cached_property
    def widget(self) -> Any:
        """The field that names the chosen survey with its state."""
        from cx_feedback.surveys.editing.chooser import SurveyChooserWidget

        # Wagtail's property takes the icon from the viewset.
        return SurveyChooserWidget(self.target_model, icon=super().widget.icon)

    def bulk_to_python(self, values: Any) -> list[Any]:
        found = page_prefetch.fetch_page_surveys(self.model_class, values)
        return [found.get(pk) for pk in values]

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "wagtail.snippets.blocks.SnippetChooserBlock", args, kwargs


class SurveyBlock(FeedbackBlock):
    """A survey, shown while it is published; one query fetches all surveys of a page."""

    survey = LiveChooserBlock("cx_feedback_surveys.Survey", label=pgettext_lazy("survey", "Survey"))

    class Meta:
        icon = "form"
        label = pgettext_lazy("survey", "Survey")
        description = gettext_lazy("Ask your readers: choices, scales and answers in words.")
        template = "cx_feedback/surveys/block.html"
        preview_template = "cx_feedback/surveys/block_preview.html"
        preview_value: dict[str, Any] = {"survey": None}

    def build_api_content(self, value: Any, context: Any) -> dict[str, Any] | None:
        from cx_feedback.surveys.api.block_content import build_survey_content

        return build_survey_content(value.get("survey"))

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        return {
            **super().get_preview_context(value, parent_context),
            **build_form_context(_get_sample(), preview=True),
        }


def _get_sample() -> LiveSurvey:
    """Return the sample survey for the block picker."""
    asked = (
        Question(
            "useful",
            "scale",
            _("Was this article useful?"),
            options={
                "low": 1,
                "high": 5,
                "low_label": pgettext("survey", "Not at all"),
                "high_label": pgettext("survey", "Very"),
            },
        ),
        Question("more", "text", _("What would you like to read next?"), options={"limit": 10_000}),
    )
    return LiveSurvey(
        0, 0, Definition(pgettext("survey", "Two short questions"), questions=asked), None, None
    )
