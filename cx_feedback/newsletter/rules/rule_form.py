"""The editor's form of a follow-up rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.coreutils import get_content_languages

from cx_feedback.core.rooms.titles import get_offered_answers
from cx_feedback.readers.tier_names import Tier

#: For selects with long options, which must not be wider than the form on a phone.
FULL_WIDTH = {"class": "w-w-full"}


class RuleForm(WagtailAdminModelForm):
    """Offers the tiers as checkboxes; a trigger that the site has taken out stays selected."""

    tiers = forms.MultipleChoiceField(
        label=_("only in the tiers"),
        required=False,
        choices=Tier.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all tiers. For “changed tier”: the new tier."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("trigger")
        stored = self.instance.trigger
        if field and self.instance.pk:
            choices = list(field.choices)
            if stored not in dict(choices):
                field.choices = [*choices, (stored, self.instance.get_trigger_display())]


class AnswerSelect(forms.Select):
    """A select whose options are loaded when it is rendered.

    An answer that doesn't exist any more remains selected.
    """

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        groups: dict[str, list[tuple[str, Any]]] = {}
        for offer in get_offered_answers():
            groups.setdefault(offer.group, []).append((offer.word, offer.label))
        known = {word for words in groups.values() for word, _label in words}
        gone = [(v, _("An answer that is no longer offered")) for v in value if v not in known]
        self.choices = [
            ("", pgettext_lazy("newsletter", "Any")),
            *groups.items(),
            *(pair for pair in gone if pair[0]),
        ]
        return super().optgroups(name, value, attrs)


def get_language_choices() -> list[tuple[str, Any]]:
    """Return the content languages as choices, with "any" first."""
    return [("", pgettext_lazy("newsletter", "Any")), *get_content_languages().items()]
