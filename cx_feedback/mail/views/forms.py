"""Forms of the admin views."""

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from cx_feedback.core.errors import InvalidInput
from cx_feedback.core.text.email_addresses import clean_address
from cx_feedback.mail.models import Suppression


class SuppressionForm(WagtailAdminModelForm):
    address = forms.EmailField(
        max_length=254, label=Suppression._meta.get_field("address").verbose_name
    )

    class Meta:
        model = Suppression
        fields = ["address", "reason"]

    def clean_address(self) -> str:
        try:
            return clean_address(self.cleaned_data["address"], "address")
        except InvalidInput as error:
            raise forms.ValidationError(error.fields["address"]) from None
