"""The form of a ban."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cx_feedback.comments.models import MESSAGE_LENGTH, Ban

PERIODS = [
    ("1", pgettext_lazy("comment", "A day")),
    ("7", pgettext_lazy("comment", "A week")),
    ("30", pgettext_lazy("comment", "A month")),
    ("", pgettext_lazy("comment", "Permanently")),
]

BAN_TYPES = [
    ("", _("Ban: comments are refused and the author is told")),
    ("on", _("Shadow ban: only the author sees the comments, and is not told")),
]


class BanForm(forms.Form):
    """The kinds, the type, the duration and the message of a ban."""

    kinds = forms.MultipleChoiceField(
        label=pgettext_lazy("comment", "What to block"),
        choices=Ban.Kind.choices,
        initial=[Ban.Kind.AUTHOR, Ban.Kind.READER],
        widget=forms.CheckboxSelectMultiple,
    )
    shadow = forms.ChoiceField(
        label=pgettext_lazy("comment", "Type of ban"), choices=BAN_TYPES, required=False
    )
    days = forms.ChoiceField(
        label=pgettext_lazy("comment", "Duration"), choices=PERIODS, initial="7", required=False
    )
    until = forms.DateTimeField(
        label=_("Or until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Instead of a duration. The suspension ends by itself."),
    )
    message = forms.CharField(
        label=_("Message to the author"),
        max_length=MESSAGE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown when they try to comment."),
    )
    reason = forms.CharField(
        label=pgettext_lazy("comment", "Reason"), max_length=200, required=False
    )
    sweep = forms.BooleanField(
        label=_("Mark the author's pending comments as spam"), required=False, initial=True
    )

    def get_arguments(self) -> dict[str, Any]:
        """Return the arguments for ``services.ban_author``."""
        days = self.cleaned_data["days"]
        until = self.cleaned_data["until"]
        if until is None and days:
            until = timezone.now() + datetime.timedelta(days=int(days))
        names = ("kinds", "reason", "message", "sweep")
        arguments = {name: self.cleaned_data[name] for name in names}
        return {**arguments, "shadow": self.cleaned_data["shadow"] == "on", "until": until}
