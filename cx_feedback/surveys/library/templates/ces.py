"""How easy it was (CES)."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import Ask, SurveyTemplate

template = SurveyTemplate(
    name="ces",
    title=_("How easy did we make it?"),
    purpose=_("Customer effort (CES): whoever has to try hard does not try again."),
    when=_("After a task: a search, a subscription, a cancellation, a question to you."),
    questions=(
        Ask("ces", _("We made it easy for you to do what you came for."), required=True),
        Ask("text", _("What made it harder than it had to be?")),
    ),
)
