"""The editor's form of a digest."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from cx_feedback.newsletter.issues.article_page_types import get_type_choices


class DigestForm(WagtailAdminModelForm):
    """Offers the page types of this site as checkboxes."""

    page_types = forms.MultipleChoiceField(
        label=pgettext_lazy("digest", "types of pages"),
        help_text=_("None: every page that has no pages below it."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "page_types" in self.fields:
            self.fields["page_types"].choices = get_type_choices()
