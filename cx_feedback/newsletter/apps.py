from django.utils.translation import pgettext_lazy

from cx_feedback.core.rooms import room_config


class NewsletterConfig(room_config.RoomConfig):
    name = "cx_feedback.newsletter"
    label = "cx_feedback_newsletter"
    verbose_name = pgettext_lazy("newsletter", "Newsletter")

    def ready(self) -> None:
        from cx_feedback.newsletter import (
            checks,  # noqa: F401
            receivers,
        )

        receivers.connect_receivers()
