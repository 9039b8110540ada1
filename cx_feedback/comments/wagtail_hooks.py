"""Hooks that add moderation to Wagtail's admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from cx_feedback.comments import permissions
from cx_feedback.comments.models import Comment, Policy
from cx_feedback.comments.moderation import log_actions
from cx_feedback.comments.moderation.home_panel import (
    PendingPanel,
    PendingSummary,
    count_pending_comments,
)
from cx_feedback.comments.moderation.page_deletion import PageDeleteBulkAction, warn_before_deletion
from cx_feedback.comments.permissions import get_scope
from cx_feedback.comments.viewsets import PolicyViewSet, SavedReplyViewSet, SectionViewSet
from cx_feedback.core.admin.permission_checks import PermissionMenuItem
from cx_feedback.core.database.bounded_counts import format_bounded_count
from cx_feedback.core.http.admin_requests import clean_requests_of_patterns
from cx_feedback.core.permissions import get_permission_rows
from cx_feedback.core.wagtail_hooks import MENU_HOOK

hooks.register("before_delete_page", warn_before_deletion)
# After Wagtail's own bulk deletion: the last action of a name is used.
hooks.register("register_bulk_action", PageDeleteBulkAction, order=100)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Register moderators' actions with Wagtail's audit log."""
    log_actions.register_actions(actions)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    from cx_feedback.comments.moderation import admin_urls

    return clean_requests_of_patterns([path("cx-feedback/comments/", include(admin_urls))])


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ModelViewSet]:
    return [PolicyViewSet(), SavedReplyViewSet(), SectionViewSet()]


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Offer the permissions for moderation and policies to groups."""
    return get_permission_rows(*permissions.OFFERED)


class CommentsMenuItem(PermissionMenuItem):
    """The menu item "Comments" with the number of waiting comments."""

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        from cx_feedback.comments.moderation.queue_tabs import MAX_COUNTED

        component = super().render_component(request)
        waiting = count_pending_comments(request, get_scope(request.user))
        if waiting:
            component.label = f"{self.label} ({format_bounded_count(waiting, MAX_COUNTED)})"
        return component


@hooks.register(MENU_HOOK)
def register_menu_item() -> MenuItem:
    return CommentsMenuItem(
        pgettext_lazy("comment", "Comments"),
        reverse_lazy("cx_comments:queue"),
        name="cx-comments",
        icon_name="comment",
        order=300,
        required_permission=permissions.MODERATE,
    )


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    return PermissionMenuItem(
        pgettext_lazy("comment", "Comment moderation"),
        reverse_lazy("cx_comments:performance"),
        name="cx-comments-work",
        icon_name="cx-gauge",
        order=1050,
        required_permission=permissions.MODERATE,
    )


@hooks.register("construct_homepage_panels")
def add_waiting_panel(request: HttpRequest, panels: list[Any]) -> None:
    if scope := get_scope(request.user):
        panels.append(PendingPanel(scope))


@hooks.register("construct_homepage_summary_items")
def add_waiting_summary(request: HttpRequest, items: list[Any]) -> None:
    if scope := get_scope(request.user):
        items.append(PendingSummary(request, scope))


@hooks.register("register_page_header_buttons")
def page_buttons(page: Any, user: Any, view_name: str, next_url: Any = None) -> Iterator[Button]:
    """Link a page's editor to its comments and its policy."""
    if page.pk and permissions.MODERATE.is_granted_to(user, page):
        url = f"{reverse('cx_comments:queue')}?state=all&page={page.pk}"
        yield Button(pgettext_lazy("comment", "Comments"), url, icon_name="comment", priority=90)
    if page.pk and permissions.EDIT_PAGE_POLICY.is_granted_to(user):
        own = Policy.objects.filter(page_id=page.pk).values_list("pk", flat=True).first()
        url = (
            reverse("cx_comment_policies:edit", args=[own])
            if own
            else f"{reverse('cx_comment_policies:add')}?page={page.pk}"
        )
        yield Button(
            pgettext_lazy("comment", "Comment policy"), url, icon_name="lock-open", priority=95
        )


class CommentURLFinder(ModelAdminURLFinder):
    """Links comments in the audit log to their page in the admin."""

    edit_url_name = "cx_comments:comment"

    def get_edit_url(self, instance: Comment) -> str | None:
        page = instance.thread.page
        if self.user and not permissions.MODERATE.is_granted_to(self.user, page):
            return None
        url: str = self.construct_edit_url(instance)
        return url


register_admin_url_finder(Comment, CommentURLFinder)
