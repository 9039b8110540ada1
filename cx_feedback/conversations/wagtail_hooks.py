"""Hooks that add the inbox to Wagtail's admin."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import include, path, reverse_lazy
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.contrib.settings.registry import register_setting

from cx_feedback.conversations import permissions
from cx_feedback.conversations.assignment.viewsets import AbsenceViewSet, AssignmentRuleViewSet
from cx_feedback.conversations.models import ConversationSettings
from cx_feedback.conversations.promise.viewsets import CalendarViewSet, PromiseViewSet
from cx_feedback.conversations.rules.viewsets import ConversationRuleViewSet
from cx_feedback.conversations.viewsets import SavedAnswerViewSet, SectionViewSet
from cx_feedback.core.admin.permission_checks import PermissionMenuItem
from cx_feedback.core.http.admin_requests import clean_requests_of_patterns
from cx_feedback.core.permissions import get_permission_rows
from cx_feedback.core.wagtail_hooks import MENU_HOOK

if apps.is_installed("wagtail.contrib.settings"):  # without it there is no experiment
    register_setting(ConversationSettings, icon="mail")


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    from cx_feedback.conversations.inbox import admin_urls

    return clean_requests_of_patterns([path("cx-feedback/conversations/", include(admin_urls))])


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ModelViewSet]:
    return [
        ConversationRuleViewSet(),
        AssignmentRuleViewSet(),
        AbsenceViewSet(),
        PromiseViewSet(),
        CalendarViewSet(),
        SavedAnswerViewSet(),
        SectionViewSet(),
    ]


@hooks.register("register_account_settings_panel")
def register_mention_preference(request: HttpRequest, user: Any, profile: Any) -> Any:
    from cx_feedback.conversations.inbox.account_panel import MentionPreferencePanel

    return MentionPreferencePanel(request, user, profile)


@hooks.register("construct_homepage_panels")
def add_mentions_panel(request: HttpRequest, panels: list[Any]) -> None:
    if scope := permissions.get_scope(request.user):
        from cx_feedback.conversations.inbox.mentions import MentionsPanel

        panels.append(MentionsPanel(request.user, scope))


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Offer the permission to answer conversations to groups."""
    return get_permission_rows(*permissions.OFFERED)


@hooks.register(MENU_HOOK)
def register_menu_item() -> MenuItem:
    return PermissionMenuItem(
        pgettext_lazy("conversation", "Conversations"),
        reverse_lazy("cx_conversations:inbox"),
        name="cx-conversations",
        icon_name="mail",
        order=310,
        required_permission=permissions.ANSWER,
    )
