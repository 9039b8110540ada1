"""Four questions about the last customer, for those who served them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="last_customer",
    title=_("Four questions about the last customer"),
    purpose=_("For your own team: what happens at the end of the day is what really happens."),
    when=_("Once a week, to everybody who serves customers or answers readers."),
    intro=_("Think of the last person whom you served, answered or wrote to."),
    thanks=_("Thank you. We'll talk about anything that comes up twice."),
    questions=(
        TemplateQuestion(
            "text", _("Who was your last customer, and what did they come for?"), required=True
        ),
        TemplateQuestion(
            "choice",
            _("Did they get it?"),
            required=True,
            options={
                "choices": [
                    pgettext_lazy("survey", "Yes, completely"),
                    pgettext_lazy("survey", "In part"),
                    pgettext_lazy("survey", "No"),
                    _("I do not know"),
                ]
            },
        ),
        TemplateQuestion("text", _("Did they have to wait, or repeat anything?")),
        TemplateQuestion("text", _("What will bring them back next time?")),
    ),
)
