"""The menu item, views, permissions and log actions of the admin."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.contrib.settings.registry import register_setting

from cx_feedback.core.admin.permission_checks import PermissionMenuItem
from cx_feedback.core.http.admin_requests import clean_requests_of_patterns
from cx_feedback.core.permissions import get_permission_rows
from cx_feedback.core.wagtail_hooks import MENU_HOOK
from cx_feedback.loyalty import permissions
from cx_feedback.loyalty.site_settings import LoyaltySettings

if apps.is_installed("wagtail.contrib.settings"):  # without it the defaults stand
    register_setting(LoyaltySettings, icon="cx-heart")


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    from cx_feedback.loyalty.views import admin_urls

    return clean_requests_of_patterns([path("cx-feedback/loyalty/", include(admin_urls))])


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Register the views and exports of readers with Wagtail's audit log."""
    from cx_feedback.loyalty.views.at_risk_actions import LEFT
    from cx_feedback.loyalty.views.reader import VIEWED
    from cx_feedback.loyalty.views.reader_list import EXPORTED

    actions.register_action(
        VIEWED, pgettext_lazy("loyalty", "View reader"), _("Viewed a reader's history")
    )
    actions.register_action(
        LEFT, pgettext_lazy("loyalty", "Leave in peace"), _("Left a reader in peace")
    )
    actions.register_action(
        EXPORTED, pgettext_lazy("loyalty", "Export readers"), _("Exported a segment of readers")
    )


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Make the permission to view the overview available to groups."""
    return get_permission_rows(permissions.VIEW_LOYALTY)


@hooks.register(MENU_HOOK)
def register_menu_item() -> MenuItem:
    return PermissionMenuItem(
        pgettext_lazy("loyalty", "Loyalty"),
        reverse_lazy("cx_loyalty:overview"),
        name="cx-loyalty",
        icon_name="cx-heart",
        order=400,
        required_permission=permissions.VIEW_LOYALTY,
    )
