"""How subscribers like the newsletter."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import Ask, SurveyTemplate

template = SurveyTemplate(
    name="newsletter",
    title=_("How do you like our letters?"),
    purpose=_("Whether a newsletter comes too often, too seldom, and is read with pleasure."),
    when=_("Linked from a letter, twice a year."),
    questions=(
        Ask("rating", _("How do you like our letters?"), required=True),
        Ask(
            "choice",
            _("Do they come as often as you like?"),
            options={"choices": [_("Too often"), _("Just right"), _("Too seldom")]},
        ),
        Ask("text", _("What should the next one be about?")),
    ),
)
