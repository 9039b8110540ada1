"""Feedback on the newsletter."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="newsletter",
    title=_("How do you like our newsletter?"),
    purpose=_("Whether a newsletter comes too often or too rarely, and whether people enjoy it."),
    when=_("Linked from a newsletter, twice a year."),
    questions=(
        TemplateQuestion("rating", _("How do you like our newsletter?"), required=True),
        TemplateQuestion(
            "choice",
            _("Do they come as often as you like?"),
            options={
                "choices": [
                    pgettext_lazy("survey", "Too often"),
                    pgettext_lazy("survey", "Just right"),
                    pgettext_lazy("survey", "Too seldom"),
                ]
            },
        ),
        TemplateQuestion("text", _("What should the next one be about?")),
    ),
)
