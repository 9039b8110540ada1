"""The "Feedback" menu of the admin, to which rooms add items with ``MENU_HOOK``."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from cx_feedback.core.admin.edit_conflicts import edit_setting_with_conflicts
from cx_feedback.core.pages import served_page

#: Rooms register their items here; a viewset sets ``menu_hook = MENU_HOOK``.
MENU_HOOK = "register_cx_feedback_menu_item"

ICONS = ("cx-gauge", "cx-heart", "cx-send")

# Closest to the page, because other hooks may respond with something else.
hooks.register("on_serve_page", served_page.note_page_while_serving, order=1000)

hooks.register("before_edit_setting", edit_setting_with_conflicts)

feedback_menu = Menu(register_hook_name=MENU_HOOK)


@hooks.register("register_admin_menu_item")
def register_feedback_menu() -> MenuItem:
    return SubmenuMenuItem(
        pgettext_lazy("feedback", "Feedback"),
        feedback_menu,
        name="cx-feedback",
        icon_name="comment",
        order=250,
    )


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    """Add the icons of the rooms that Wagtail lacks."""
    return [*icons, *(f"cx_feedback/core/icons/{name}.svg" for name in ICONS)]


@hooks.register("insert_global_admin_css")
def link_admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cx_feedback/core/admin.css"))
