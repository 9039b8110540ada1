"""Task success: did visitors find what they came for?"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="found_it",
    title=_("Did you find what you were looking for?"),
    purpose=_("Why people come, whether they succeed, and what stops the others."),
    when=_("On a home page, a search page or a shop, to learn where visitors get lost."),
    questions=(
        TemplateQuestion("short_text", _("What did you come for today?"), required=True),
        TemplateQuestion(
            "choice",
            _("Did you find it?"),
            required=True,
            options={
                "choices": [
                    pgettext_lazy("survey", "Yes"),
                    pgettext_lazy("survey", "In part"),
                    pgettext_lazy("survey", "No"),
                ]
            },
        ),
        TemplateQuestion("text", _("What stood in your way?")),
    ),
)
