"""The forms that make a token and edit one."""

import datetime
from typing import Any

import swapper
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateTimeInput

from cx_feedback.core.pages.sections import get_all_sections
from cx_feedback.core.permissions import get_token_scopes
from cx_feedback.core.settings.setting_checks import is_rate
from cx_feedback.tokens.models import Token

#: Time for which a token is valid, unless its maker chooses another.
VALID_FOR = datetime.timedelta(days=365)


class TokenForm(WagtailAdminModelForm):
    """A token's name, scopes, sections, expiry and rate; offers what its maker may do."""

    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("token", "Scopes"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the program may do, as long as you may do it yourself."),
    )
    sections: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        label=pgettext_lazy("token", "Sections"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for the pages of these; for none, the whole site."),
    )

    field_order = ("name", "scopes", "sections", "expires_at", "rate")

    class Meta:
        model = Token
        fields = ["name", "expires_at", "rate"]
        widgets = {"expires_at": AdminDateTimeInput}
        help_texts = {
            "expires_at": _("Without a date the token is valid until you revoke it."),
            "rate": _("Requests, such as 600/m (per s, m, h or d); empty for the site's rate."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [
            (scope.permission.name, scope.label)
            for scope in get_token_scopes()
            if scope.may_be_given_by(self.for_user)
        ]
        self.fields["sections"].queryset = get_all_sections()
        if not self.instance.pk:
            self.fields["expires_at"].initial = timezone.now() + VALID_FOR

    def clean_expires_at(self) -> datetime.datetime | None:
        expires_at: datetime.datetime | None = self.cleaned_data["expires_at"]
        is_new = "expires_at" in self.changed_data or not self.instance.pk
        if is_new and expires_at is not None and expires_at <= timezone.now():
            raise forms.ValidationError(pgettext_lazy("token", "This is in the past."))
        return expires_at

    def clean_rate(self) -> str:
        rate: str = self.cleaned_data["rate"].strip()
        if rate and not is_rate(rate):
            raise forms.ValidationError(_("Must look like 600/m (per s, m, h or d)."))
        return rate


class TokenEditForm(TokenForm):
    """The form of a token that is there, from which scopes and sections can be taken away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        token = self.instance
        labels = {scope.permission.name: scope.label for scope in get_token_scopes()}
        self.fields["scopes"].choices = [(name, labels.get(name, name)) for name in token.scopes]
        self.fields["scopes"].help_text = _(
            "You can take scopes away. For others, make another token."
        )
        self.initial |= {"scopes": token.scopes, "sections": token.sections}
        if token.sections:
            self._offer_own_sections(token.sections)

    def _offer_own_sections(self, ids: list[int]) -> None:
        field = self.fields["sections"]
        field.queryset = swapper.load_model("wagtailcore", "Page").objects.filter(pk__in=ids)
        field.required = True
        field.help_text = _("You can take sections away, but not the last one.")
        if not field.queryset:
            del self.fields["sections"]  # All were deleted, which widens nothing.
