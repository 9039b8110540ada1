"""Was this article useful?"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="useful_article",
    title=_("Was this article useful?"),
    purpose=_("What an article gave its readers, and what they missed in it."),
    when=_("Below every article, guide or page of help."),
    questions=(
        TemplateQuestion(
            "choice",
            _("Was this article useful?"),
            required=True,
            options={
                "choices": [
                    pgettext_lazy("survey", "Yes"),
                    pgettext_lazy("survey", "In part"),
                    pgettext_lazy("survey", "No"),
                ]
            },
        ),
        TemplateQuestion("text", _("What did you miss?"), help=_("One sentence is enough.")),
    ),
)
