"""The panels of the editor's form of a follow-up rule."""

from django.forms import Select
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel

from cx_feedback.newsletter.rules.rule_form import (
    FULL_WIDTH,
    AnswerSelect,
    get_language_choices,
)

RULE_PANELS = (
    MultiFieldPanel(
        [FieldPanel("name"), FieldPanel("active")], heading=pgettext_lazy("newsletter", "Rule")
    ),
    MultiFieldPanel(
        [
            FieldPanel("trigger", widget=Select(attrs=FULL_WIDTH)),
            FieldPanel("repeat"),
            FieldRowPanel(
                [
                    FieldPanel("mailing_list", widget=Select),
                    FieldPanel("language", widget=Select(choices=get_language_choices)),  # type: ignore[arg-type]
                ]
            ),
            FieldPanel("answer", widget=AnswerSelect(attrs=FULL_WIDTH)),
        ],
        heading=_("When and to whom"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("tiers"),
            FieldPanel("section"),
            FieldRowPanel([FieldPanel("only_after"), FieldPanel("never_after")]),
        ],
        heading=pgettext_lazy("newsletter", "If"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("wait"), FieldPanel("wait_unit")]),
            HelpPanel(template="cx_feedback/newsletter/admin/placeholders_help.html"),
            FieldPanel("subject"),
            FieldPanel("body"),
        ],
        heading=pgettext_lazy("newsletter", "The email"),
    ),
    InlinePanel(
        "steps",
        heading=_("More emails in the series"),
        label=pgettext_lazy("newsletter", "Email"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("stop_when_answered"),
            FieldPanel("stop_when_back"),
            FieldPanel("hold_back"),
        ],
        heading=pgettext_lazy("newsletter", "Then"),
    ),
)
