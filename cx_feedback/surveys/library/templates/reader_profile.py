"""A profile of the readers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.surveys.library.base import SurveyTemplate, TemplateQuestion

template = SurveyTemplate(
    name="reader_profile",
    title=_("A few questions about you"),
    purpose=_("A profile of your readers: what they do, what they look for, how often they come."),
    when=_("Once or twice a year, for a few weeks, before you plan what to publish."),
    intro=_("A few questions without name or address. Leave out what you would rather not say."),
    questions=(
        TemplateQuestion(
            "choice",
            _("How often do you come?"),
            options={
                "choices": [
                    _("This is my first time"),
                    pgettext_lazy("survey", "Now and then"),
                    pgettext_lazy("survey", "Every month"),
                    pgettext_lazy("survey", "Every week"),
                    pgettext_lazy("survey", "Nearly every day"),
                ]
            },
        ),
        TemplateQuestion(
            "choices",
            _("What do you come for?"),
            help=_("Choose all that apply."),
            options={
                "choices": [
                    _("News of my field"),
                    _("Ideas for my work"),
                    _("To learn something new"),
                    _("The people who write here"),
                    _("To pass the time"),
                ]
            },
        ),
        TemplateQuestion(
            "choice",
            _("How did you find us?"),
            options={
                "choices": [
                    pgettext_lazy("survey", "A search"),
                    pgettext_lazy("survey", "A recommendation"),
                    pgettext_lazy("survey", "Social media"),
                    pgettext_lazy("survey", "A newsletter"),
                    pgettext_lazy("survey", "Another page"),
                ]
            },
        ),
        TemplateQuestion(
            "dropdown",
            _("How old are you?"),
            options={
                "choices": [
                    pgettext_lazy("survey", "Under 25"),
                    pgettext_lazy("survey", "25 to 34"),
                    pgettext_lazy("survey", "35 to 49"),
                    pgettext_lazy("survey", "50 to 64"),
                    pgettext_lazy("survey", "65 or older"),
                ]
            },
        ),
        TemplateQuestion("short_text", _("What do you work as, or study?")),
        TemplateQuestion("text", _("What would you like to read here more often?")),
    ),
)
