"""The editors' forms of assignment rules and absences."""

from typing import Any

import swapper
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import pgettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from cx_feedback.conversations import permissions
from cx_feedback.conversations.models import Absence, AssignmentRule
from cx_feedback.conversations.rules.empty_filters import ALL
from cx_feedback.conversations.rules.filter_form import ConversationFilterForm
from cx_feedback.core.http.admin_requests import PageChooser
from cx_feedback.core.people.account_names import admin_name


class AccountChoiceField(forms.ModelChoiceField):
    """A choice of accounts, shown by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return admin_name(obj)


class AssignmentRuleForm(ConversationFilterForm):
    """The conversations that the rule fits, and to whom it assigns them."""

    class Meta:
        model = AssignmentRule
        fields = [
            "name", "active", "order", "kind", "section", "author", "language", "tier", "target",
            "account", "group",
        ]  # fmt: skip
        field_classes = {"author": AccountChoiceField, "account": AccountChoiceField}
        widgets = {"section": PageChooser, "author": forms.Select, "account": forms.Select}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = permissions.get_editors()
        self.fields["author"].queryset = _get_possible_authors()
        shown = self.initial.get("language") or ""
        offered = dict(settings.LANGUAGES)
        if shown and shown not in offered:  # of before the site's languages were changed
            offered[shown] = shown
        self.fields["language"] = forms.ChoiceField(
            label=self.fields["language"].label,
            required=False,
            choices=[("", str(ALL["language"])), *offered.items()],
        )

    def get_empty_labels(self) -> dict[str, str]:
        nobody = pgettext("conversation", "Nobody")
        return {
            **super().get_empty_labels(),
            "author": str(ALL["author"]),
            "account": nobody,
            "group": nobody,
        }


def _get_possible_authors() -> Any:
    """Return the accounts that own pages, or may answer."""
    pages = swapper.load_model("wagtailcore", "Page").objects.exclude(owner=None)
    found = Q(pk__in=pages.values("owner")) | Q(pk__in=permissions.get_editors().values("pk"))
    return get_user_model()._default_manager.filter(found).order_by("pk")


class AbsenceForm(WagtailAdminModelForm):
    """An account and the days of its absence. Others than one's own take a permission."""

    class Meta:
        model = Absence
        fields = ["account", "first_day", "last_day"]
        field_classes = {"account": AccountChoiceField}
        widgets = {
            "account": forms.Select,
            "first_day": AdminDateInput,
            "last_day": AdminDateInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        action = "add" if self.instance.pk is None else "change"
        if permissions.ABSENCES.manages_all(self.for_user, action):
            self.fields["account"].queryset = permissions.get_editors()
            self.initial.setdefault("account", self.for_user.pk)
        else:
            del self.fields["account"]
            self.instance.account = self.for_user
