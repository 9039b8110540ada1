from typing import Any

from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from cx_feedback.webhooks.viewsets import EndpointViewSet


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ModelViewSet]:
    return [EndpointViewSet()]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name what is done with webhooks for Wagtail's audit log."""
    from cx_feedback.webhooks.services import endpoints

    for action, label, done in (
        (
            endpoints.CREATE_ACTION,
            pgettext_lazy("webhook", "Make webhook"),
            pgettext_lazy("webhook", "Webhook made"),
        ),
        (
            endpoints.UPDATE_ACTION,
            pgettext_lazy("webhook", "Change webhook"),
            pgettext_lazy("webhook", "Webhook changed"),
        ),
        (
            endpoints.REMOVE_ACTION,
            pgettext_lazy("webhook", "Remove webhook"),
            pgettext_lazy("webhook", "Webhook removed"),
        ),
        (
            endpoints.RENEW_ACTION,
            pgettext_lazy("webhook", "Make new secret"),
            pgettext_lazy("webhook", "New secret made"),
        ),
        (
            endpoints.END_ACTION,
            pgettext_lazy("webhook", "End old secrets"),
            pgettext_lazy("webhook", "Old secrets ended"),
        ),
        (
            endpoints.OFF_ACTION,
            pgettext_lazy("webhook", "Switch webhook off"),
            pgettext_lazy("webhook", "Webhook switched off"),
        ),
    ):
        actions.register_action(action, label, done)
