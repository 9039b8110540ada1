"""What all screens share: the right to see them, the tabs, the way back."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cx_feedback.loyalty.permissions import may_name_readers, may_see_loyalty
from cx_feedback.loyalty.scoring.tiers import Tier


@dataclass(frozen=True)
class Tab:
    """One of the screens below the heading."""

    label: str
    url: str
    on: bool


def get_tabs(current: str) -> list[Tab]:
    """Return all screens, the one of the URL name ``current`` marked."""
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


class LoyaltyViewMixin:
    """For views of those who may see loyalty; ``tab`` is the URL name of the tab that is on."""

    tab: ClassVar[str] = ""
    header_icon = "cx-heart"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.has_access(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def has_access(self, user: Any) -> bool:
        """Return whether ``user`` may see this screen."""
        return may_see_loyalty(user)

    def get_breadcrumbs_items(self) -> list[Any]:
        """Return the way to this screen."""
        items: list[Any] = [*WagtailAdminTemplateMixin.breadcrumbs_items]
        overview = {"url": reverse("cx_loyalty:overview"), "label": pgettext("loyalty", "Loyalty")}
        title = self.get_page_title()  # type: ignore[attr-defined]
        if self.tab == "overview":
            return [*items, {**overview, "url": ""}]
        return [*items, overview, {"url": "", "label": title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the tabs, and whether names may be shown."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        named = may_name_readers(self.request.user)  # type: ignore[attr-defined]
        return {**context, "tabs": get_tabs(self.tab), "names_shown": named}


class LoyaltyTemplateView(LoyaltyViewMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen with a template of its own."""

    page_title = pgettext_lazy("loyalty", "Loyalty")
