"""The permissions and the health panel of the admin."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail import hooks

from cx_feedback.core.permissions import get_permission_rows
from cx_feedback.readers import permissions


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let groups be given the right to know who a reader is, on the screens of all rooms."""
    return get_permission_rows(permissions.VIEW_READER)


@hooks.register("construct_homepage_panels")
def show_health(request: HttpRequest, panels: list[Any]) -> None:
    """Show superusers the health of the background jobs."""
    if permissions.VIEW_HEALTH.is_granted_to(request.user):
        from cx_feedback.readers.background.health_panel import HealthPanel

        panels.append(HealthPanel())
