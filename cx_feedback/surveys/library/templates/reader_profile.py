"""Who our readers are and what they come for."""

from django.utils.translation import gettext_lazy as _

from cx_feedback.surveys.library.base import Ask, SurveyTemplate

template = SurveyTemplate(
    name="reader_profile",
    title=_("Who are you, reader?"),
    purpose=_("A profile of your readers: what they do, what they look for, how often they come."),
    when=_("Once or twice a year, for a few weeks, before you plan what to publish."),
    intro=_("A few questions without name or address. Leave out what you would rather not say."),
    questions=(
        Ask(
            "choice",
            _("How often do you come?"),
            options={
                "choices": [
                    _("This is my first time"),
                    _("Now and then"),
                    _("Every month"),
                    _("Every week"),
                    _("Nearly every day"),
                ]
            },
        ),
        Ask(
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
        Ask(
            "choice",
            _("How did you find us?"),
            options={
                "choices": [
                    _("A search"),
                    _("A recommendation"),
                    _("Social media"),
                    _("A letter by e-mail"),
                    _("Another page"),
                ]
            },
        ),
        Ask(
            "dropdown",
            _("How old are you?"),
            options={
                "choices": [
                    _("Under 25"),
                    _("25 to 34"),
                    _("35 to 49"),
                    _("50 to 64"),
                    _("65 or older"),
                ]
            },
        ),
        Ask("short_text", _("What do you work as, or study?")),
        Ask("text", _("What would you like to read here more often?")),
    ),
)
