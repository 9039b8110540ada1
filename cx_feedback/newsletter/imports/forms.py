"""The forms for an import of subscribers."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.widgets import AdminDateInput

from cx_feedback.core.pages import site_time
from cx_feedback.newsletter.imports.services import ImportOptions
from cx_feedback.newsletter.models import MailingList, SubscriberImport
from cx_feedback.newsletter.rules.rule_form import get_language_choices

#: Our column names with labels. Few files have those after the first eight.
COLUMN_LABELS: dict[str, Any] = {
    "email": pgettext_lazy("newsletter", "Email address"),
    "name": pgettext_lazy("newsletter", "Name"),
    "language": pgettext_lazy("newsletter", "Language"),
    "list": pgettext_lazy("newsletter", "Mailing list"),
    "topics": _("Topics, separated by semicolons"),
    "time_zone": pgettext_lazy("newsletter", "Time zone"),
    "consent_wording": pgettext_lazy("newsletter", "Consent text"),
    "consent_date": pgettext_lazy("newsletter", "When they agreed"),
    "state": _("State: confirmed or unsubscribed"),
    "reader": _("Name of the reader in an imported log"),
    "consent_page": _("ID of the page on which they agreed"),
    "consent_source": pgettext_lazy("newsletter", "How they agreed"),
}
COMMON_COLUMNS = 8
FULL_WIDTH = {"class": "w-w-full"}


class UploadForm(forms.Form):
    """The upload of a file."""

    file = forms.FileField(
        label=pgettext_lazy("newsletter", "File"),
        help_text=_("CSV or XLSX. The first row must name the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,.tsv"}),
    )


class ImportOptionsForm(forms.Form):
    """The meaning of the columns, and the values for rows in which they are empty."""

    mailing_list = forms.ModelChoiceField(
        label=pgettext_lazy("newsletter", "Mailing list"),
        queryset=MailingList.objects.order_by("name"),
        required=False,
        help_text=_("For rows that don't name one."),
        widget=forms.Select(attrs=FULL_WIDTH),
    )
    language = forms.ChoiceField(
        label=pgettext_lazy("newsletter", "Language"),
        choices=get_language_choices,
        required=False,
        widget=forms.Select(attrs=FULL_WIDTH),
    )
    wording = forms.CharField(
        label=pgettext_lazy("newsletter", "Consent text"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The text beside the button or on the form. For rows without their own."),
    )
    agreed_on = forms.DateField(
        label=pgettext_lazy("newsletter", "When they agreed"),
        required=False,
        widget=AdminDateInput,
        help_text=_("If they agreed on several days, the last one. For rows without their own."),
    )
    proof = forms.CharField(
        label=_("How and where they agreed, and where the proof is kept"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Stored with your name as proof for every subscription in this file. Only "
            "import people who agreed to receive this newsletter."
        ),
    )

    def __init__(self, data: Any, row: SubscriberImport) -> None:
        initial = {
            "mailing_list": row.mailing_list_id,
            "language": row.language,
            "wording": row.wording,
            "agreed_on": row.agreed_at and site_time.localdate(row.agreed_at),
            "proof": row.proof,
        }
        columns = {f"column_{name}": heading for name, heading in row.columns.items()}
        super().__init__(data, initial=initial | columns)
        # The service reports it together with everything else that is missing.
        self.fields["proof"].required = False
        for name, label in COLUMN_LABELS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[("", "–"), *((heading, heading) for heading in row.headings)],
                widget=forms.Select(attrs=FULL_WIDTH),
            )

    @property
    def common_fields(self) -> Iterable[forms.BoundField]:
        return [self[f"column_{name}"] for name in list(COLUMN_LABELS)[:COMMON_COLUMNS]]

    @property
    def more_fields(self) -> Iterable[forms.BoundField]:
        return [self[f"column_{name}"] for name in list(COLUMN_LABELS)[COMMON_COLUMNS:]]

    def get_options(self) -> ImportOptions:
        """Return the import's options. The form must be valid."""
        values = self.cleaned_data
        day: datetime.date | None = values["agreed_on"]
        start = datetime.datetime.combine(day, datetime.time()) if day else None
        return ImportOptions(
            columns={name: head for name in COLUMN_LABELS if (head := values[f"column_{name}"])},
            proof=values["proof"],
            mailing_list=values["mailing_list"],
            language=values["language"],
            wording=values["wording"],
            agreed_at=site_time.make_aware(start) if start else None,
        )

    def add_errors(self, fields: dict[str, list[Any]]) -> None:
        """Add the errors of the service to the fields that they are about."""
        places = {"email": "column_email", "agreed_at": "agreed_on"}
        for name, texts in fields.items():
            place = places.get(name, name)
            for text in texts:
                self.add_error(place if place in self.fields else None, text)
