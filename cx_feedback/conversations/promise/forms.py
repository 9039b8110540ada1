"""The forms of calendars and promises."""

import zoneinfo
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from cx_feedback.conversations.models import Calendar, Promise
from cx_feedback.conversations.models.promises import WEEKDAYS


@lru_cache(maxsize=1)
def _get_time_zones() -> tuple[str, ...]:
    """Return the zones that are named after a place, and UTC."""
    return ("UTC", *sorted(n for n in zoneinfo.available_timezones() if _is_named_after_place(n)))


def _is_named_after_place(name: str) -> bool:
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))


class CalendarForm(WagtailAdminModelForm):
    """The working hours of each day, and the days without."""

    time_zone: Any = forms.ChoiceField(
        label=pgettext_lazy("conversation", "Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in _get_time_zones()],
    )

    class Meta:
        model = Calendar
        fields = ["name", "time_zone", *WEEKDAYS, "country", "region", "closing_days"]
        widgets = {
            day: forms.TextInput(attrs={"placeholder": "9:00-14:00, 16:00-19:00"})
            for day in WEEKDAYS
        } | {"closing_days": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.instance.time_zone
        if zone and zone not in _get_time_zones():
            self.fields["time_zone"].choices += [(zone, zone)]


class PromiseForm(WagtailAdminModelForm):
    """To whom something is promised, what, and who is told when it is late."""

    class Meta:
        model = Promise
        fields = [
            "name", "order", "kind", "tier", "section", "calendar", "first_answer", "next_answer",
            "closing", "remind_before", "escalate_after", "escalate_to",
        ]  # fmt: skip
