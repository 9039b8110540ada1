from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class WebhooksConfig(room_config.RoomConfig):
    name = "cx_feedback.webhooks"
    label = "cx_feedback_webhooks"
    verbose_name = pgettext_lazy("webhook", "Webhooks")

    def ready(self) -> None:
        from cx_feedback.webhooks import (
            checks,  # noqa: F401
            receivers,
        )

        receivers.connect_receivers()
