"""The admin viewset of webhooks."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from cx_feedback.core.admin.model_viewsets import RoomModelViewSet
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.http.deferred_urls import DeferredClass
from cx_feedback.core.wagtail_hooks import MENU_HOOK
from cx_feedback.webhooks import permissions
from cx_feedback.webhooks.models import Endpoint


@clean_requests
class EndpointViewSet(RoomModelViewSet):
    """Webhooks: their list, forms, removal, and the log of each."""

    model = Endpoint
    model_permissions = permissions.ENDPOINTS
    name = "cx_webhooks"
    url_prefix = "cx-feedback/webhooks"
    icon = "link-external"
    menu_label = pgettext_lazy("webhook", "Webhooks")
    menu_hook = MENU_HOOK
    menu_order = 910
    index_view_class = DeferredClass("cx_feedback.webhooks.views.EndpointListView")
    add_view_class = DeferredClass("cx_feedback.webhooks.views.EndpointCreateView")
    edit_view_class = DeferredClass("cx_feedback.webhooks.views.EndpointEditView")
    delete_view_class = DeferredClass("cx_feedback.webhooks.views.EndpointRemoveView")
    log_view_class = DeferredClass("cx_feedback.webhooks.views.EndpointLogView")
    list_display = (
        TitleColumn("name", label=pgettext_lazy("webhook", "Webhook"), url_name="cx_webhooks:log"),
        Column("url", label=pgettext_lazy("webhook", "Address"), width="30%"),
        Column("owner", label=pgettext_lazy("webhook", "Account")),
        Column("last_result", label=pgettext_lazy("webhook", "Last result")),
        StatusTagColumn(
            "state_label",
            label=pgettext_lazy("webhook", "State"),
            primary=lambda endpoint: endpoint.active and not endpoint.failing_since,
        ),
    )
    search_fields = ("name", "url")
    ordering = ("name", "pk")

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        none = dict.fromkeys(("history_url_name", "usage_url_name"))
        return {**super().get_common_view_kwargs(**kwargs), **none}

    def get_form_class(self, for_update: bool = False) -> Any:
        from cx_feedback.webhooks import forms

        return forms.EndpointForm if for_update else forms.NewEndpointForm

    @property
    def log_view(self) -> Any:
        return self.construct_view(self.log_view_class)

    def get_urlpatterns(self) -> list[URLPattern]:
        names = ("index", "index_results", "add", "edit", "delete")
        conv = self.pk_path_converter
        return [
            *(p for p in super().get_urlpatterns() if p.name in names),
            path(f"log/<{conv}:pk>/", self.log_view, name="log"),
        ]
