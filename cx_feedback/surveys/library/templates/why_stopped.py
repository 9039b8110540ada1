"""Why did you stop coming?"""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import Ask, SurveyTemplate

template = SurveyTemplate(
    name="why_stopped",
    title=_("Why did you stop coming?"),
    purpose=_("The reasons of those who left, in their own words, and what would win them back."),
    when=_("In a letter to readers who fell silent, or when somebody cancels."),
    intro=_("We noticed that you have not been here for a while. May we ask why?"),
    thanks=_("Thank you for telling us. Nobody will try to talk you round."),
    questions=(
        Ask(
            "choices",
            _("Why did you stop coming?"),
            help=_("Choose all that apply."),
            required=True,
            options={
                "choices": [
                    _("I had no time"),
                    _("I found little that was for me"),
                    _("Something went wrong"),
                    _("Too many messages"),
                    _("I found something better"),
                    _("I simply forgot"),
                ]
            },
        ),
        Ask("text", _("What happened the last time?")),
        Ask("text", _("What would have to change for you to come back?")),
    ),
)
