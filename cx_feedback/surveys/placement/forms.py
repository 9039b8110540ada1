"""The editor's form of a survey, with checkboxes for sections and languages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.coreutils import get_content_languages

from cx_feedback.core.pages.sections import get_all_sections


def get_section_choices() -> list[tuple[int, str]]:
    """Return the sections of the site as choices, with their language if there are several."""
    languages = get_content_languages()
    return [
        (
            section.pk,
            f"{section.title} ({languages.get(section.locale.language_code, '')})"
            if len(languages) > 1
            else section.title,
        )
        for section in get_all_sections().select_related("locale")
    ]


class PlacementForm(WagtailAdminModelForm):
    sections = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=get_section_choices,
        required=False,
        label=pgettext_lazy("survey", "Sections"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all sections."),
    )
    languages = forms.MultipleChoiceField(
        choices=lambda: list(get_content_languages().items()),
        required=False,
        label=pgettext_lazy("survey", "Languages"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all languages."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _DEFAULTED & self.fields.keys():
            self.fields[name].required = False

    def clean(self) -> Any:
        """Give what was left empty its default: most surveys are placed by blocks alone."""
        cleaned = super().clean()
        for name in _DEFAULTED & cleaned.keys():
            if cleaned[name] in (None, ""):
                cleaned[name] = self._meta.model._meta.get_field(name).get_default()
        return cleaned


_DEFAULTED = {
    "placement",
    "seconds",
    "scroll_percent",
    "sample_percent",
    "rest_answered",
    "rest_later",
    "rest_closed",
    "results_shown",
}
