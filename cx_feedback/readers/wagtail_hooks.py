"""The permissions, the screen of personal data and the health panel of the admin."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cx_feedback.core.admin.permission_checks import PermissionMenuItem
from cx_feedback.core.http.admin_requests import clean_requests_of_patterns
from cx_feedback.core.http.deferred_urls import deferred_view
from cx_feedback.core.permissions import get_permission_rows
from cx_feedback.core.wagtail_hooks import MENU_HOOK
from cx_feedback.readers import permissions


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let groups be given the right to know who readers are, and the health of the site."""
    return get_permission_rows(
        permissions.VIEW_READER, permissions.MANAGE_PERSONAL_DATA, permissions.VIEW_HEALTH
    )


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    from cx_feedback.readers.privacy import admin_urls

    health = deferred_view("cx_feedback.readers.background.health_view.HealthView")
    health_urls = ([path("", health, name="health")], "cx_health")
    return clean_requests_of_patterns(
        [
            path("cx-feedback/privacy/", include(admin_urls)),
            path("cx-feedback/health/", include(health_urls)),
        ]
    )


@hooks.register(MENU_HOOK)
def register_menu_item() -> MenuItem:
    return PermissionMenuItem(
        pgettext_lazy("personal data", "Personal data"),
        reverse_lazy("cx_privacy:person"),
        name="cx-privacy",
        icon_name="user",
        order=900,
        required_permission=permissions.MANAGE_PERSONAL_DATA,
    )


@hooks.register(MENU_HOOK)
def register_health_item() -> MenuItem:
    return PermissionMenuItem(
        pgettext_lazy("installation", "Health"),
        reverse_lazy("cx_health:health"),
        name="cx-health",
        icon_name="circle-check",
        order=990,
        required_permission=permissions.VIEW_HEALTH,
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Register the acts of officers with Wagtail's audit log."""
    from cx_feedback.readers.privacy import officers

    for action, label, message in (
        (officers.FOUND, _("View personal data"), _("Looked at a person's data")),
        (officers.EXPORTED, _("Export personal data"), _("Exported a person's data")),
        (officers.ERASED, _("Erase personal data"), _("Erased a person")),
    ):
        actions.register_action(action, label, message)


@hooks.register("construct_homepage_panels")
def show_health(request: HttpRequest, panels: list[Any]) -> None:
    """Show the health of the background jobs to those who may see it."""
    if permissions.VIEW_HEALTH.is_granted_to(request.user):
        from cx_feedback.readers.background.health_panel import HealthPanel

        panels.append(HealthPanel())
