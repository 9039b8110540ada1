"""The loyalty question: what would bring you back next time?"""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import Ask, SurveyTemplate

template = SurveyTemplate(
    name="loyalty_question",
    title=_("What would bring you back?"),
    purpose=_("The loyalty question: it asks for a reason to return, not for a mark."),
    when=_("At the end of an article, a purchase or a visit, while it is still fresh."),
    thanks=_("Thank you. We read every answer, and hope to see you again."),
    questions=(
        Ask(
            "text",
            _("What would bring you back next time?"),
            help=_("One sentence is enough."),
            required=True,
        ),
        Ask(
            "choice",
            _("Will you come back?"),
            options={"choices": [_("Surely"), _("Perhaps"), _("Rather not")]},
        ),
    ),
)
