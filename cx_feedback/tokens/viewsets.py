"""The admin viewset of tokens."""

from typing import Any

from django.urls import URLPattern
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn

from cx_feedback.core.admin.model_viewsets import RoomModelViewSet
from cx_feedback.core.http.admin_requests import clean_requests
from cx_feedback.core.http.deferred_urls import DeferredClass
from cx_feedback.core.wagtail_hooks import MENU_HOOK
from cx_feedback.tokens import permissions
from cx_feedback.tokens.models import Token


@clean_requests
class TokenViewSet(RoomModelViewSet):
    """Tokens are made, edited and revoked; they are not deleted."""

    model = Token
    model_permissions = permissions.TOKENS
    name = "cx_tokens"
    url_prefix = "cx-feedback/tokens"
    icon = "key"
    menu_label = pgettext_lazy("token", "Tokens")
    menu_hook = MENU_HOOK
    menu_order = 900
    index_view_class = DeferredClass("cx_feedback.tokens.views.TokenListView")
    add_view_class = DeferredClass("cx_feedback.tokens.views.TokenCreateView")
    edit_view_class = DeferredClass("cx_feedback.tokens.views.TokenEditView")
    delete_view_class = DeferredClass("cx_feedback.tokens.views.TokenRevokeView")
    list_display = (
        "__str__",
        Column("scope_labels", label=pgettext_lazy("token", "Scopes"), width="30%"),
        Column("owner", label=pgettext_lazy("token", "Account")),
        # Wagtail's column of dates calls what lies ahead "just now".
        Column(
            "expires_at",
            label=pgettext_lazy("token", "Expires"),
            accessor="expiry_day",
            sort_key="expires_at",
        ),
        DateColumn(
            "last_used_at", label=pgettext_lazy("token", "Last used"), sort_key="last_used_at"
        ),
        StatusTagColumn(
            "state_label",
            label=pgettext_lazy("token", "State"),
            primary=lambda token: token.is_active,
        ),
    )
    search_fields = ("name", "prefix")
    ordering = ("revoked_at", "-pk")

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        none = dict.fromkeys(("history_url_name", "usage_url_name"))
        return {**super().get_common_view_kwargs(**kwargs), **none}

    def get_queryset(self, request: Any) -> Any:
        return Token.objects.select_related("owner")

    def get_form_class(self, for_update: bool = False) -> Any:
        from cx_feedback.tokens import forms

        return forms.TokenEditForm if for_update else forms.TokenForm

    def get_urlpatterns(self) -> list[URLPattern]:
        names = ("index", "index_results", "add", "edit", "delete")
        return [p for p in super().get_urlpatterns() if p.name in names]
