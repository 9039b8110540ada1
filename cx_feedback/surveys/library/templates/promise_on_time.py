"""Did we keep our promise on time?"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="promise_on_time",
    title=_("Did we keep our promise on time?"),
    purpose=_("Whether what was promised came when it was promised, and what a delay cost."),
    when=_("The day after the date you promised: a delivery, a reply, a repair."),
    questions=(
        TemplateQuestion(
            "choice",
            _("Did we keep our promise on time?"),
            required=True,
            options={
                "choices": [
                    _("Yes, sooner than promised"),
                    pgettext_lazy("survey", "Yes, on time"),
                    pgettext_lazy("survey", "Yes, but late"),
                    _("No, I am still waiting"),
                ]
            },
        ),
        TemplateQuestion(
            "choice",
            _("If it was late: did we tell you in time?"),
            options={
                "choices": [
                    _("Yes, before I had to ask"),
                    _("Only when I asked"),
                    pgettext_lazy("survey", "Not at all"),
                ]
            },
        ),
        TemplateQuestion("text", _("What did the wait cost you?")),
    ),
)
