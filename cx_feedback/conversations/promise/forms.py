"""The forms of calendars and promises."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import pgettext
from wagtail.admin.forms import WagtailAdminModelForm

from cx_feedback.conversations.models import Calendar, Promise
from cx_feedback.conversations.models.promises import WEEKDAYS
from cx_feedback.conversations.rules.filter_form import ConversationFilterForm
from cx_feedback.core.http.admin_requests import PageChooser


class CalendarForm(WagtailAdminModelForm):
    """The working hours of each day, and the days without."""

    class Meta:
        model = Calendar
        fields = ["name", "time_zone", *WEEKDAYS, "country", "region", "closing_days"]
        widgets = {
            day: forms.TextInput(attrs={"placeholder": "9:00-14:00, 16:00-19:00"})
            for day in WEEKDAYS
        } | {
            "closing_days": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["time_zone"] = self.initial.get("time_zone") or settings.TIME_ZONE
        # A known value may be an old name of a zone, which the list has too.
        zones = [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())]
        self.fields["time_zone"].widget = forms.Select(choices=zones)


class PromiseForm(ConversationFilterForm):
    """To whom something is promised, what, and who is told when it is late."""

    class Meta:
        model = Promise
        fields = [
            "name", "order", "kind", "tier", "section", "calendar", "first_answer", "next_answer",
            "closing", "remind_before", "escalate_after", "escalate_to",
        ]  # fmt: skip
        widgets = {"section": PageChooser}

    def get_empty_labels(self) -> dict[str, str]:
        return {**super().get_empty_labels(), "escalate_to": pgettext("conversation", "Nobody")}
