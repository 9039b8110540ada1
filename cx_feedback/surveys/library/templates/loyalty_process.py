"""The loyalty question about the process: what should go differently next time?"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="loyalty_process",
    title=_("What should we do differently next time?"),
    purpose=_("The loyalty question about the process: it finds the step that keeps people away."),
    when=_("After an order, a booking, a registration or any other process with several steps."),
    thanks=_("Thank you. This tells us which step to fix first."),
    questions=(
        TemplateQuestion(
            "text",
            _("What should we do differently so that you come back next time?"),
            help=_("Think of the whole way, from looking for us to getting what you came for."),
            required=True,
        ),
        TemplateQuestion(
            "choice",
            _("Which step was the hardest?"),
            options={
                "choices": [
                    _("Finding what I was looking for"),
                    _("Understanding what I would get"),
                    pgettext_lazy("survey", "Ordering or paying"),
                    pgettext_lazy("survey", "Waiting"),
                    _("Getting an answer to a question"),
                    _("None: all of it was easy"),
                ]
            },
        ),
        TemplateQuestion("ces", _("It was easy to get what I came for.")),
    ),
)
