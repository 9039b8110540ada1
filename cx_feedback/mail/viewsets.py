"""Admin viewsets of deliveries, suppressed addresses and rate limits."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet

from cx_feedback.core.admin.model_viewsets import RoomModelViewSet
from cx_feedback.core.admin.permission_checks import RoomPermissionsMixin
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.http.deferred_urls import DeferredClass, deferred_view
from cx_feedback.core.wagtail_hooks import MENU_HOOK
from cx_feedback.mail import permissions
from cx_feedback.mail.models import Delivery, RateLimit, Suppression
from cx_feedback.mail.views.delivery_filters import DeliveryFilterSet
from cx_feedback.mail.views.forms import SuppressionForm


class LedgerViewSet(RoomPermissionsMixin, ModelViewSet):
    """Rows that can be viewed and searched, but not added, edited or deleted."""

    menu_hook = MENU_HOOK
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 50

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        view_kwargs: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        none = dict.fromkeys(
            ("add_url_name", "edit_url_name", "delete_url_name", "history_url_name",
             "usage_url_name")
        )  # fmt: skip
        return {**view_kwargs, **none}

    def get_form_class(self, for_update: bool = False) -> None:
        return None

    def register_admin_url_finder(self) -> None:
        """Do nothing, since there is no edit view."""

    def get_urlpatterns(self) -> list[URLPattern]:
        conv = self.pk_path_converter
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path(f"inspect/<{conv}:pk>/", self.inspect_view, name="inspect"),
        ]


@clean_requests
class DeliveryViewSet(LedgerViewSet):
    model = Delivery
    model_permissions = permissions.DELIVERIES
    name = "cx_deliveries"
    url_prefix = "cx-feedback/deliveries"
    icon = "cx-send"
    menu_label = pgettext_lazy("delivery", "Deliveries")
    menu_order = 800
    index_view_class = DeferredClass("cx_feedback.mail.views.delivery_views.DeliveryListView")
    inspect_view_class = DeferredClass("cx_feedback.mail.views.delivery_views.DeliveryView")
    mailings_view_class = DeferredClass("cx_feedback.mail.views.mailing_views.MailingListView")
    mailing_view_class = DeferredClass("cx_feedback.mail.views.mailing_views.MailingView")
    index_results_template_name = "cx_feedback/mail/deliveries_results.html"
    index_template_name = "cx_feedback/mail/deliveries.html"
    inspect_template_name = "cx_feedback/mail/delivery.html"
    filterset_class = DeliveryFilterSet
    search_fields = ("address", "mailing", "message__subject")
    search_backend_name = None
    ordering = "-pk"
    list_display = (
        TitleColumn(
            "address",
            label=pgettext_lazy("delivery", "Address"),
            url_name="cx_deliveries:inspect",
            sort_key="address",
            width="30%",
        ),
        Column("subject", label=pgettext_lazy("delivery", "Subject")),
        Column("mailing_name", label=pgettext_lazy("delivery", "Mailing")),
        StatusTagColumn(
            "state",
            label=pgettext_lazy("delivery", "State"),
            accessor="get_state_display",
            primary=lambda row: row.state == Delivery.State.SENT,
        ),
        DateColumn(
            "created_at", label=pgettext_lazy("delivery", "Queued at"), sort_key="created_at"
        ),
        DateColumn("sent_at", label=pgettext_lazy("delivery", "Sent"), sort_key="sent_at"),
    )
    inspect_view_fields = (
        "address", "mailing", "state", "error", "attempts", "policy", "created_at", "due_at",
        "sent_at", "reader",
    )  # fmt: skip

    @property
    def mailings_view(self) -> Any:
        return self.construct_view(self.mailings_view_class)

    @property
    def mailing_view(self) -> Any:
        return self.construct_view(self.mailing_view_class)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("mailings/", self.mailings_view, name="mailings"),
            path(
                "mailings/<str:name>/",
                self.mailing_view,
                name="mailing",
            ),
            path(
                "again/",
                deferred_view(
                    "cx_feedback.mail.views.delivery_views.RequeueView",
                    filterset_class=DeliveryFilterSet,
                    search_fields=self.search_fields,
                ),
                name="again",
            ),
        ]


@clean_requests
class SuppressionViewSet(RoomModelViewSet):
    model = Suppression
    model_permissions = permissions.SUPPRESSIONS
    name = "cx_suppressions"
    url_prefix = "cx-feedback/suppressed-addresses"
    icon = "no-view"
    menu_label = pgettext_lazy("delivery", "Suppressed addresses")
    menu_hook = MENU_HOOK
    menu_order = 810
    add_view_class = DeferredClass("cx_feedback.mail.views.delivery_views.SuppressView")
    delete_view_class = DeferredClass("cx_feedback.mail.views.delivery_views.LiftSuppressionView")
    list_display = (
        TitleColumn(
            "__str__", label=pgettext_lazy("delivery", "Address"), url_name="cx_suppressions:delete"
        ),
        Column("get_reason_display", label=pgettext_lazy("delivery", "Reason")),
        DateColumn("created_at", label=pgettext_lazy("delivery", "Since"), sort_key="created_at"),
    )
    list_filter = ("reason",)
    search_fields = ("address",)
    ordering = "-created_at"

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        none = dict.fromkeys(("edit_url_name", "history_url_name", "usage_url_name"))
        return {**super().get_common_view_kwargs(**kwargs), **none}

    def get_form_class(self, for_update: bool = False) -> type[SuppressionForm]:
        return SuppressionForm

    def register_admin_url_finder(self) -> None:
        """Do nothing, since there is no edit view."""

    def get_urlpatterns(self) -> list[URLPattern]:
        names = ("index", "index_results", "add", "delete")
        return [p for p in super().get_urlpatterns() if p.name in names]


@clean_requests
class RateLimitViewSet(RoomModelViewSet):
    model = RateLimit
    model_permissions = permissions.RATE_LIMITS
    name = "cx_rate_limits"
    url_prefix = "cx-feedback/rate-limits"
    icon = "cx-gauge"
    menu_label = pgettext_lazy("delivery", "Rate limits")
    menu_hook = MENU_HOOK
    menu_order = 820
    form_fields = ("name", "domains", "per_minute")
    list_display = (
        TitleColumn(
            "name", label=pgettext_lazy("delivery", "Name"), url_name="cx_rate_limits:edit"
        ),
        Column("domain_list", label=pgettext_lazy("delivery", "Domains")),
        Column("per_minute", label=pgettext_lazy("delivery", "Emails a minute")),
    )
    ordering = "name"
