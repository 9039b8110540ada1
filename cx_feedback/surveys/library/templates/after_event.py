"""Questions after an event."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="after_event",
    title=pgettext_lazy("survey", "How was it?"),
    purpose=_("What those who came to a talk, a course or a meeting take home."),
    when=_("The day after an event, before it fades."),
    questions=(
        TemplateQuestion("rating", _("How did you like it?"), required=True),
        TemplateQuestion(
            "scale",
            _("Was it worth your time?"),
            options={
                "low_label": pgettext_lazy("survey", "Not at all"),
                "high_label": pgettext_lazy("survey", "Very much"),
            },
        ),
        TemplateQuestion("text", _("What do you take home?")),
        TemplateQuestion("text", _("What should we do differently the next time?")),
    ),
)
