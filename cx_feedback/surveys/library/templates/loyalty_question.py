"""The loyalty question: what would bring you back next time?"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="loyalty_question",
    title=pgettext_lazy("survey", "What would bring you back?"),
    purpose=_("The loyalty question: it asks for a reason to return, not for a mark."),
    when=_("At the end of an article, a purchase or a visit, while it is still fresh."),
    thanks=_("Thank you. We hope to see you again."),
    questions=(
        TemplateQuestion(
            "text",
            _("What would bring you back next time?"),
            help=_("One sentence is enough."),
            required=True,
        ),
        TemplateQuestion(
            "choice",
            _("Will you come back?"),
            options={
                "choices": [
                    pgettext_lazy("survey", "Definitely"),
                    pgettext_lazy("survey", "Perhaps"),
                    pgettext_lazy("survey", "Probably not"),
                ]
            },
        ),
    ),
)
