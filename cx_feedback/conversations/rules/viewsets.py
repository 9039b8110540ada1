"""The admin viewset of rules for conversations."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn

from cx_feedback.conversations import permissions
from cx_feedback.conversations.models import ConversationRule
from cx_feedback.conversations.promise.viewsets import ConversationSettingsViewSet
from cx_feedback.conversations.rules.empty_filters import BY_RULES, FilterColumn
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.people.account_names import admin_name


def _describe_trigger(rule: ConversationRule) -> str:
    words = str(rule.get_trigger_display())
    return words if rule.limit is None else f"{words} {rule.limit}"


@clean_requests
class ConversationRuleViewSet(ConversationSettingsViewSet):
    """Rules by which responses begin conversations."""

    model = ConversationRule
    model_permissions = permissions.RULES
    name = "cx_conversation_rules"
    url_prefix = "cx-feedback/conversation-rules"
    icon = "list-ul"
    menu_label = pgettext_lazy("conversation", "Rules for conversations")
    menu_order = 315
    list_display = (
        TitleColumn(
            "name",
            label=pgettext_lazy("conversation", "Rule"),
            url_name="cx_conversation_rules:edit",
        ),
        BooleanColumn("active", label=pgettext_lazy("conversation", "Active")),
        Column(
            "trigger",
            label=pgettext_lazy("conversation", "When a reader"),
            accessor=_describe_trigger,
        ),
        FilterColumn("section", label=pgettext_lazy("conversation", "Section")),
        Column(
            "assignee",
            label=pgettext_lazy("conversation", "Assigned to"),
            accessor=lambda rule: admin_name(rule.assignee) if rule.assignee else BY_RULES,
        ),
    )
    search_fields = ("name",)
    ordering = ("name", "pk")

    def get_form_class(self, for_update: bool = False) -> Any:
        from cx_feedback.conversations.rules import rule_form

        return rule_form.ConversationRuleForm

    def get_queryset(self, request: Any) -> QuerySet[ConversationRule]:
        return ConversationRule.objects.select_related("section", "assignee")
