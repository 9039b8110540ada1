"""The form of a ban."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cx_feedback.comments.models import Ban

PERIODS = [("1", _("A day")), ("7", _("A week")), ("30", _("A month")), ("", _("For good"))]

MANNERS = [
    ("", _("Ban: comments are refused, and the author is told")),
    ("on", _("Shadow ban: only the author sees the comments, and is not told")),
]


class BanForm(forms.Form):
    """Who is banned, how, and until when."""

    kinds = forms.MultipleChoiceField(
        label=_("What is banned"),
        choices=Ban.Kind.choices,
        initial=[Ban.Kind.AUTHOR, Ban.Kind.READER],
        widget=forms.CheckboxSelectMultiple,
    )
    shadow = forms.ChoiceField(label=_("Which ban"), choices=MANNERS, required=False)
    days = forms.ChoiceField(label=_("How long"), choices=PERIODS, initial="7", required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    sweep = forms.BooleanField(
        label=_("Mark what the author has waiting as spam"), required=False, initial=True
    )

    def asked(self) -> dict[str, Any]:
        """Return the arguments of ``services.ban``."""
        days = self.cleaned_data["days"]
        until = timezone.now() + datetime.timedelta(days=int(days)) if days else None
        names = ("kinds", "reason", "sweep")
        given = {name: self.cleaned_data[name] for name in names}
        return {**given, "shadow": self.cleaned_data["shadow"] == "on", "until": until}
