"""Emotional value: the feeling that was left."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="emotional_value",
    title=_("What feeling do you leave with?"),
    purpose=_("Emotional value: the feelings you leave people with, and what they are worth."),
    when=_("After reading, after an event, after a conversation; where marks say too little."),
    questions=(
        TemplateQuestion(
            "emotion", _("Which of these is nearest to how you feel now?"), required=True
        ),
        TemplateQuestion("text", _("What made you feel this way?")),
    ),
)
