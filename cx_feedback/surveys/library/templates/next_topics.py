"""Topics to publish next."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="next_topics",
    title=_("What shall we write about next?"),
    purpose=_("Which of your ideas readers are waiting for, and which idea you haven't had yet."),
    when=_("When you plan the coming months; put your own topics in place of ours."),
    questions=(
        TemplateQuestion(
            "ranking",
            pgettext_lazy("survey", "Rank these topics."),
            required=True,
            options={
                "choices": [
                    pgettext_lazy("survey", "First topic"),
                    pgettext_lazy("survey", "Second topic"),
                    pgettext_lazy("survey", "Third topic"),
                ]
            },
        ),
        TemplateQuestion("text", _("Which topic is missing here?")),
    ),
)
