"""Four questions about the last customer, for those who served them."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import Ask, SurveyTemplate

template = SurveyTemplate(
    name="last_customer",
    title=_("Four questions about the last customer"),
    purpose=_("For your own people: what happens at closing time is what really happens."),
    when=_("Once a week, to everybody who serves customers or answers readers."),
    intro=_("Think of the last person whom you served, answered or wrote to."),
    thanks=_("Thank you. What comes up twice we shall talk about."),
    questions=(
        Ask("text", _("Who was your last customer, and what did they come for?"), required=True),
        Ask(
            "choice",
            _("Did they leave with it?"),
            required=True,
            options={"choices": [_("Yes, all of it"), _("In part"), _("No"), _("I do not know")]},
        ),
        Ask("text", _("What did they have to wait for, or to say twice?")),
        Ask("text", _("What will bring them back next time?")),
    ),
)
