"""NPS with the reason for the score."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="nps_with_reason",
    title=_("Would you recommend us?"),
    purpose=_("The Net Promoter Score, and the reason behind each score."),
    when=_("Every few months, to readers who know you well enough to have an opinion."),
    questions=(
        TemplateQuestion(
            "nps",
            pgettext_lazy("survey", "How likely are you to recommend us to a friend or colleague?"),
            required=True,
        ),
        TemplateQuestion(
            "text", pgettext_lazy("survey", "What is the main reason for your score?")
        ),
    ),
)
