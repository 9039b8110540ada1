"""Why did you stop coming?"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="why_stopped",
    title=_("Why did you stop coming?"),
    purpose=_("The reasons of those who left, in their own words, and what would win them back."),
    when=_("In an email to readers who stopped visiting, or when somebody cancels."),
    intro=_("We noticed that you have not been here for a while. May we ask why?"),
    thanks=_("Thank you for telling us. We won't try to change your mind."),
    questions=(
        TemplateQuestion(
            "choices",
            _("Why did you stop coming?"),
            help=_("Choose all that apply."),
            required=True,
            options={
                "choices": [
                    _("I had no time"),
                    _("I found little that was for me"),
                    pgettext_lazy("survey", "Something went wrong"),
                    pgettext_lazy("survey", "Too many messages"),
                    _("I found something better"),
                    pgettext_lazy("survey", "I simply forgot"),
                ]
            },
        ),
        TemplateQuestion("text", _("What happened the last time?")),
        TemplateQuestion("text", _("What would have to change for you to come back?")),
    ),
)
