"""The editor's side of the conversation, put into Wagtail's admin."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem

from cx_feedback.comments import admin_urls, selectors
from cx_feedback.comments.models import Comment, State
from cx_feedback.core.wagtail_hooks import MENU_HOOK

PERMISSION = "cx_feedback_comments.moderate_comment"


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name the moderators' acts for Wagtail's audit log."""
    for act, label, message in (
        ("approve", _("Approve comment"), _("Comment approved")),
        ("reject", _("Reject comment"), _("Comment rejected")),
        ("mark_spam", _("Mark comment as spam"), _("Comment marked as spam")),
        ("hide", _("Hide comment"), _("Comment hidden")),
        ("restore", _("Restore comment"), _("Comment restored")),
        ("answer", _("Answer comment"), _("Answer of the staff published")),
        ("pick", _("Pick comment"), _("Comment made an editor's pick")),
        ("unpick", _("Take editor's pick away"), _("Editor's pick taken away")),
        ("pin", _("Pin comment"), _("Comment pinned")),
        ("unpin", _("Unpin comment"), _("Comment no longer pinned")),
        ("ban", _("Ban author"), _("Author of the comment banned")),
        ("lift_ban", _("Lift ban"), _("Ban lifted")),
        ("undo", _("Undo decision"), _("Decision undone")),
    ):
        actions.register_action(f"cx_comments.{act}", label, message)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    return [path("cx-comments/", include(admin_urls))]


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let groups be given the right to moderate."""
    return Permission.objects.filter(
        content_type__app_label="cx_feedback_comments", codename="moderate_comment"
    )


class CommentsMenuItem(MenuItem):
    """ "Comments", with the number that waits."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(PERMISSION))

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        component = super().render_component(request)
        waiting = selectors.waiting_count()
        if waiting:
            component.label = f"{self.label} ({waiting})"
        return component


@hooks.register(MENU_HOOK)
def register_menu_item() -> MenuItem:
    return CommentsMenuItem(
        _("Comments"),
        reverse_lazy("cx_comments:queue"),
        name="cx-comments",
        icon_name="comment",
        order=300,
    )


class WaitingPanel(Component):
    """What waits, on the admin's first page."""

    name = "cx-comments-waiting"
    order = 150
    template_name = "cx_feedback/comments/admin/home_panel.html"
    shown = 5

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        rows = Comment.objects.filter(state=State.PENDING).select_related("thread__page")
        return {
            "waiting": selectors.waiting_count(),
            "comments": rows.order_by("-pk")[: self.shown],
        }


@hooks.register("construct_homepage_panels")
def add_waiting_panel(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(PERMISSION):
        panels.append(WaitingPanel())


class CommentURLFinder(ModelAdminURLFinder):
    """Where the audit log links to."""

    edit_url_name = "cx_comments:comment"

    def get_edit_url(self, instance: Comment) -> str | None:
        if self.user and not self.user.has_perm(PERMISSION):
            return None
        url: str = self.construct_edit_url(instance)
        return url


register_admin_url_finder(Comment, CommentURLFinder)
