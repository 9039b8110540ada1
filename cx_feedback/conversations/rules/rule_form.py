"""The editor's form of a rule for conversations."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from cx_feedback.conversations.models import ConversationRule
from cx_feedback.conversations.permissions import get_editors
from cx_feedback.conversations.rules.empty_filters import BY_RULES
from cx_feedback.core.http.admin_requests import PageChooser
from cx_feedback.core.rooms.titles import get_offered_answers

#: Characters of the name of an answer, and the most answers of a rule.
LONGEST, MOST_ANSWERS = 160, 100


class AnswersSelect(forms.SelectMultiple):
    """A select of answers, whose options are loaded when it is rendered.

    Answers that don't exist any more remain selected.
    """

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        groups: dict[str, list[tuple[str, Any]]] = {}
        for offer in get_offered_answers():
            groups.setdefault(offer.group, []).append((offer.word, offer.label))
        known = {word for words in groups.values() for word, _label in words}
        gone = [(one, _("An answer that is no longer offered")) for one in value]
        self.choices = [*groups.items(), *(pair for pair in gone if pair[0] not in known)]
        return super().optgroups(name, value, attrs)


class AnswersField(forms.MultipleChoiceField):
    """The names of answers. Any is taken, since what was offered may be gone when it is sent."""

    widget = AnswersSelect

    def valid_value(self, value: Any) -> bool:
        return len(str(value)) <= LONGEST

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MOST_ANSWERS:
            raise forms.ValidationError(_("At most %d answers.") % MOST_ANSWERS)


class ConversationRuleForm(WagtailAdminModelForm):
    """When a conversation begins, and with whom."""

    answers = AnswersField(
        label=pgettext_lazy("conversation", "answers"),
        required=False,
        widget=AnswersSelect(attrs={"size": 10, "class": "w-w-full"}),
        help_text=gettext_lazy("For “gave one of the answers”: one is enough."),
    )

    class Meta:
        model = ConversationRule
        fields = [
            "name", "active", "trigger", "limit", "answers", "section", "assignee",
            "with_known_address",
        ]  # fmt: skip
        widgets = {"section": PageChooser, "trigger": forms.Select, "assignee": forms.Select}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = get_editors()
        self.fields["assignee"].empty_label = str(BY_RULES)
