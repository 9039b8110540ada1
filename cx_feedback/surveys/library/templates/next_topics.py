"""What to publish next."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import Ask, SurveyTemplate

template = SurveyTemplate(
    name="next_topics",
    title=_("What shall we write about next?"),
    purpose=_("Which of your ideas readers wait for, and which idea you have not had."),
    when=_("When you plan the coming months; put your own topics in place of ours."),
    questions=(
        Ask(
            "ranking",
            _("Put these topics in your order."),
            required=True,
            options={"choices": [_("First topic"), _("Second topic"), _("Third topic")]},
        ),
        Ask("text", _("Which topic is missing here?")),
    ),
)
