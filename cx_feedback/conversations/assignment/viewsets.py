"""The admin viewsets of assignment rules and of absences."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import URLPattern
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic

from cx_feedback.conversations import permissions
from cx_feedback.conversations.models import Absence, AssignmentRule
from cx_feedback.conversations.promise.viewsets import ConversationSettingsViewSet
from cx_feedback.conversations.rules.empty_filters import FilterColumn, build_choice_column
from cx_feedback.core.admin.edit_conflicts import ModelEditView
from cx_feedback.core.admin.model_viewsets import CardListView, RoomModelViewSet
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.people.account_names import admin_name

_ABSENCE_SCREENS = ("index", "index_results", "add", "edit", "delete")


def _describe_target(rule: AssignmentRule) -> str:
    names = []
    if rule.target == AssignmentRule.Target.AUTHOR:
        names.append(str(pgettext_lazy("conversation", "author of the page")))
    elif rule.account is not None:
        names.append(admin_name(rule.account))
    if rule.group is not None:
        names.append(rule.group.name)
    return ", ".join(names) or "–"


@clean_requests
class AssignmentRuleViewSet(ConversationSettingsViewSet):
    """Rules by which new conversations are assigned, in the order in which they are tried."""

    model = AssignmentRule
    model_permissions = permissions.ASSIGNMENT_RULES
    name = "cx_assignment_rules"
    url_prefix = "cx-feedback/assignment-rules"
    icon = "user"
    menu_label = pgettext_lazy("conversation", "Assignment rules")
    menu_order = 317
    list_display = (
        TitleColumn(
            "name",
            label=pgettext_lazy("conversation", "Rule"),
            url_name="cx_assignment_rules:edit",
        ),
        Column("order", label=pgettext_lazy("conversation", "Order")),
        BooleanColumn("active", label=pgettext_lazy("conversation", "Active")),
        build_choice_column("kind", pgettext_lazy("conversation", "Reason")),
        FilterColumn("section", label=pgettext_lazy("conversation", "Section")),
        FilterColumn(
            "author",
            label=pgettext_lazy("conversation", "Author of the page"),
            accessor=lambda rule: rule.author and admin_name(rule.author),
        ),
        FilterColumn(
            "language",
            label=pgettext_lazy("conversation", "Language"),
            accessor=lambda rule: dict(settings.LANGUAGES).get(rule.language, rule.language),
        ),
        build_choice_column("tier", pgettext_lazy("conversation", "Tier")),
        Column(
            "target",
            label=pgettext_lazy("conversation", "Assigned to"),
            accessor=_describe_target,
        ),
    )
    search_fields = ("name",)
    ordering = ("order", "pk")

    def get_form_class(self, for_update: bool = False) -> Any:
        from cx_feedback.conversations.assignment import forms

        return forms.AssignmentRuleForm

    def get_queryset(self, request: Any) -> QuerySet[AssignmentRule]:
        return AssignmentRule.objects.select_related("section", "author", "account", "group")


class _OwnAbsenceMixin:
    """A view of one absence, which others than its account see by permission only."""

    instance_action: ClassVar[str]

    def get_object(self, queryset: Any = None) -> Absence:
        view: Any = self
        found: Absence = super().get_object(queryset)  # type: ignore[misc]
        allowed = permissions.ABSENCES.user_has_permission_for_instance
        if not allowed(view.request.user, self.instance_action, found):
            raise PermissionDenied
        return found


class AbsenceListView(CardListView):
    """All absences for those who may see them, otherwise one's own."""

    def get_base_queryset(self) -> QuerySet[Absence]:
        rows: QuerySet[Absence] = super().get_base_queryset().select_related("account")
        user, actions = self.request.user, ("view", "change", "delete", "add")
        if any(permissions.ABSENCES.manages_all(user, action) for action in actions):
            return rows
        return rows.filter(account=user.pk)


class AbsenceEditView(_OwnAbsenceMixin, ModelEditView):
    """Change an absence."""

    instance_action = "change"


class AbsenceDeleteView(_OwnAbsenceMixin, generic.DeleteView):
    """Delete an absence."""

    instance_action = "delete"


@clean_requests
class AbsenceViewSet(RoomModelViewSet):
    """Absences, during which an account is assigned nothing by itself."""

    model = Absence
    model_permissions = permissions.ABSENCES
    name = "cx_absences"
    url_prefix = "cx-feedback/absences"
    icon = "user"
    menu_label = pgettext_lazy("conversation", "Absences")
    index_view_class = AbsenceListView
    edit_view_class = AbsenceEditView
    delete_view_class = AbsenceDeleteView
    list_display = (
        TitleColumn(
            "account",
            label=pgettext_lazy("conversation", "Account"),
            accessor=lambda row: admin_name(row.account),
            url_name="cx_absences:edit",
        ),
        Column("first_day", label=pgettext_lazy("absence", "From")),
        Column("last_day", label=pgettext_lazy("absence", "Until")),
    )
    ordering = ("-last_day", "pk")

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        none = {"usage_url_name": None, "history_url_name": None}
        return {**super().get_common_view_kwargs(**kwargs), **none}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [p for p in super().get_urlpatterns() if p.name in _ABSENCE_SCREENS]

    def get_form_class(self, for_update: bool = False) -> Any:
        from cx_feedback.conversations.assignment import forms

        return forms.AbsenceForm
