"""The base of all views: permission, tabs and breadcrumbs."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.core.admin.breadcrumbs import get_breadcrumbs
from cx_feedback.core.admin.permission_checks import PermissionCheckMixin
from cx_feedback.core.permissions import AccessRule
from cx_feedback.core.rooms.titles import get_admin_url
from cx_feedback.loyalty import permissions
from cx_feedback.loyalty.scoring.tier_rules import Tier


@dataclass(frozen=True)
class Tab:
    """A tab of the room's screens."""

    label: str
    url: str
    on: bool


def get_tabs(current: str) -> list[Tab]:
    """Return the tabs; ``current`` is the URL name of the active one."""
    screens = (
        ("overview", "", pgettext("loyalty", "Overview")),
        ("returns", "", _("What brings readers back")),
        ("experiments", "", pgettext("loyalty", "Experiments")),
        ("readers", f"?tier={Tier.AT_RISK.value}", pgettext("loyalty", "Readers at risk")),
        ("attitudes", "", pgettext("loyalty", "Attitude and visits")),
        ("check", "", pgettext("loyalty", "Accuracy")),
    )
    return [
        Tab(label, reverse(f"cx_loyalty:{name}") + query, name == current)
        for name, query, label in screens
    ]


def get_settings_url(user: Any) -> str:
    """Return where ``user`` may decide on tiers, "" for who may not or a site without settings."""
    if not permissions.CHANGE_SETTINGS.is_granted_to(user):
        return ""
    return get_admin_url("wagtailsettings:edit", "cx_feedback_loyalty", "loyaltysettings")


class LoyaltyViewMixin(PermissionCheckMixin):
    """For views of those who may see loyalty; ``tab`` is the URL name of the tab that is on."""

    required_permission: ClassVar[AccessRule] = permissions.VIEW_LOYALTY
    tab: ClassVar[str] = ""
    header_icon = "cx-heart"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[Any]:
        """Return the breadcrumbs, below the overview for the other screens."""
        if self.tab == "overview":
            return get_breadcrumbs(self)
        overview = (reverse("cx_loyalty:overview"), pgettext("loyalty", "Loyalty"))
        return get_breadcrumbs(self, overview)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the tabs, and whether names may be shown."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        user = self.request.user  # type: ignore[attr-defined]
        named = permissions.VIEW_READER.is_granted_to(user)
        return {**context, "tabs": get_tabs(self.tab), "names_shown": named}


class LoyaltyTemplateView(LoyaltyViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen with a template of its own."""

    page_title = pgettext_lazy("loyalty", "Loyalty")
