"""The editor's side of the thread, put into Wagtail's admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from cx_feedback.comments.models import Comment, Policy
from cx_feedback.comments.moderation import audit
from cx_feedback.comments.moderation.home_panel import (
    PendingPanel,
    PendingSummary,
    get_pending_comments,
)
from cx_feedback.comments.moderation.page_deletion import PageDeleteBulkAction, warn_before_deletion
from cx_feedback.comments.permissions import scope_of
from cx_feedback.comments.viewsets import PolicyViewSet, SectionViewSet
from cx_feedback.core.http.admin_requests import clean_requests_of_patterns
from cx_feedback.core.wagtail_hooks import MENU_HOOK

hooks.register("before_delete_page", warn_before_deletion)
# After Wagtail's own deletion of pages: the last of a name counts.
hooks.register("register_bulk_action", PageDeleteBulkAction, order=100)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name the moderators' acts for Wagtail's audit log."""
    audit.register_actions(actions)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    from cx_feedback.comments.moderation import admin_urls

    return clean_requests_of_patterns([path("cx-comments/", include(admin_urls))])


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ModelViewSet]:
    return [PolicyViewSet(), SectionViewSet()]


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let groups be given the rights to moderate, and to say what holds where."""
    return Permission.objects.filter(
        Q(codename="moderate_comment") | Q(content_type__model__in=("policy", "section")),
        content_type__app_label="cx_feedback_comments",
    )


class CommentsMenuItem(MenuItem):
    """ "Comments", with the number that waits."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(scope_of(request.user))

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        component = super().render_component(request)
        waiting = get_pending_comments(scope_of(request.user)).count()
        if waiting:
            component.label = f"{self.label} ({waiting})"
        return component


@hooks.register(MENU_HOOK)
def register_menu_item() -> MenuItem:
    return CommentsMenuItem(
        pgettext_lazy("comment", "Comments"),
        reverse_lazy("cx_comments:queue"),
        name="cx-comments",
        icon_name="comment",
        order=300,
    )


class ReportMenuItem(MenuItem):
    """For those who moderate somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(scope_of(request.user))


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    return ReportMenuItem(
        pgettext_lazy("comment", "Comment moderation"),
        reverse_lazy("cx_comments:work"),
        name="cx-comments-work",
        icon_name="cx-gauge",
        order=1050,
    )


@hooks.register("construct_homepage_panels")
def add_waiting_panel(request: HttpRequest, panels: list[Any]) -> None:
    if scope := scope_of(request.user):
        panels.append(PendingPanel(scope))


@hooks.register("construct_homepage_summary_items")
def add_waiting_summary(request: HttpRequest, items: list[Any]) -> None:
    if scope := scope_of(request.user):
        items.append(PendingSummary(request, scope))


@hooks.register("register_page_header_buttons")
def page_buttons(page: Any, user: Any, view_name: str, next_url: Any = None) -> Iterator[Button]:
    """From a page's editor to its comments, and to the policy that holds there."""
    if page.pk and scope_of(user).holds(page.path):
        url = f"{reverse('cx_comments:queue')}?state=all&page={page.pk}"
        yield Button(pgettext_lazy("comment", "Comments"), url, icon_name="comment", priority=90)
    app = "cx_feedback_comments"
    if page.pk and user.has_perm(f"{app}.change_policy") and user.has_perm(f"{app}.add_policy"):
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
    """Where the audit log links to."""

    edit_url_name = "cx_comments:comment"

    def get_edit_url(self, instance: Comment) -> str | None:
        if self.user and not scope_of(self.user).holds(instance.thread.page.path):
            return None
        url: str = self.construct_edit_url(instance)
        return url


register_admin_url_finder(Comment, CommentURLFinder)
