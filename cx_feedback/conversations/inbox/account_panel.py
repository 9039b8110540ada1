"""The panel for mentions in the account settings of Wagtail, under Notifications."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab
from wagtail.admin.widgets import SwitchInput

from cx_feedback.conversations.models import MentionPreference
from cx_feedback.conversations.permissions import get_scope


class MentionPreferenceForm(forms.ModelForm):
    """The choice whether mentions are mailed."""

    class Meta:
        model = MentionPreference
        fields = ("by_mail",)
        widgets = {"by_mail": SwitchInput()}


class MentionPreferencePanel(BaseSettingsPanel):
    """Shown to those who answer conversations somewhere."""

    name = "cx_conversation_mentions"
    title = pgettext_lazy("conversation", "Conversations")
    tab = notifications_tab
    order = 200
    form_class = MentionPreferenceForm

    def is_active(self) -> bool:
        return bool(get_scope(self.user))

    def get_form(self) -> forms.ModelForm:
        stored = MentionPreference.objects.filter(account=self.user.pk).first()
        data: Any = self.request.POST if self.request.method == "POST" else None
        instance = stored or MentionPreference(account=self.user)
        return MentionPreferenceForm(data, instance=instance, prefix=self.name)
