from typing import Any

from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from cx_feedback.tokens.viewsets import TokenViewSet


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ModelViewSet]:
    return [TokenViewSet()]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name what is done with tokens for Wagtail's audit log."""
    from cx_feedback.tokens.services import CREATE_ACTION, REVOKE_ACTION, UPDATE_ACTION

    actions.register_action(
        CREATE_ACTION, pgettext_lazy("token", "Make token"), pgettext_lazy("token", "Token made")
    )
    actions.register_action(
        UPDATE_ACTION, pgettext_lazy("token", "Edit token"), pgettext_lazy("token", "Token edited")
    )
    actions.register_action(
        REVOKE_ACTION,
        pgettext_lazy("token", "Revoke token"),
        pgettext_lazy("token", "Token revoked"),
    )
