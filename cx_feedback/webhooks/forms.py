"""The form of a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from cx_feedback.webhooks.events.event_types import get_event_choices, get_event_label
from cx_feedback.webhooks.models import Endpoint
from cx_feedback.webhooks.transport.addresses import find_url_problem


class EndpointForm(WagtailAdminModelForm):
    """The name, address and events of a webhook; whether it is sent texts, and is on."""

    events: Any = forms.MultipleChoiceField(
        label=pgettext_lazy("webhook", "Events"),
        widget=forms.CheckboxSelectMultiple,
        choices=get_event_choices,
    )

    class Meta:
        model = Endpoint
        fields = ["name", "url", "events", "with_texts", "active"]
        widgets = {"url": forms.URLInput}
        help_texts = {
            "url": _("The other program receives the events here, such as https://example.com/."),
            "with_texts": _(
                "What readers wrote is sent along, as far as you may read it. Otherwise only ids."
            ),
            "active": _("While it is off, nothing is stored for it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["events"]
        choices = list(field.choices)
        # What the site has taken out since stays ticked until somebody unticks it.
        gone = [name for name in self.instance.events if name not in dict(choices)]
        field.choices = [*choices, *((name, get_event_label(name)) for name in gone)]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if problem := find_url_problem(url):
            raise forms.ValidationError(problem)
        return url


class NewEndpointForm(EndpointForm):
    """The form of a new webhook, which is on."""

    class Meta(EndpointForm.Meta):
        fields = ["name", "url", "events", "with_texts"]
